/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a sanitizer that keeps shadow memory is built in: gcc and clang say it in different ways.
 */
#ifndef VMT_BASE_SANITIZED_H
#define VMT_BASE_SANITIZED_H

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#endif
