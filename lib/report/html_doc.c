// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/html_doc.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "report/escape.h"

/* The colours have a contrast of 4.5 or more on all grounds that they are used on (WCAG AA). */
static const char *const style[] = {
	":root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--soft:#57606a;--line:#d5dae0;",
	"--panel:#f5f7f9;--bar:#66788a;--alarm:#b3261e;--alarm-bg:#fdf2f1}\n",
	"@media(prefers-color-scheme:dark){:root{--bg:#14171a;--fg:#e3e6e9;--soft:#a3abb3;",
	"--line:#363d45;--panel:#1c2126;--bar:#8496a8;--alarm:#ff8a80;--alarm-bg:#2a1b1b}}\n",
	"*{box-sizing:border-box}\n",
	"html{font:16px/1.55 system-ui,sans-serif;background:var(--bg);color:var(--fg);",
	"-webkit-text-size-adjust:100%;text-size-adjust:100%}\n",
	"body{max-width:76rem;margin:0 auto;padding:2rem 1.25rem 3rem}\n",
	"h1{font-size:1.55rem;line-height:1.3;margin:.25rem 0 .75rem}\n",
	"h2{font-size:1.12rem;margin:0 0 .75rem}\n",
	"section{margin:2.5rem 0 0}\n",
	"article+article{margin-top:4rem;padding-top:3rem;border-top:1px solid var(--line)}\n",
	"p{margin:.5rem 0}ul,ol{margin:0;padding-left:1.5rem}li{margin:.35rem 0}\n",
	"h1,p,li,dd,td,th,summary{overflow-wrap:anywhere}\n",
	"h1,p,li,dd,td{unicode-bidi:isolate}\n",
	"code,pre,.mono,svg text{font-family:ui-monospace,\"DejaVu Sans Mono\",Menlo,Consolas,",
	"monospace;font-size:13px}\n",
	".soft,footer{color:var(--soft)}\n",
	".verdict{background:var(--panel);border-left:4px solid var(--line);padding:1.1rem ",
	"1.4rem}\n",
	".verdict.crash{background:var(--alarm-bg);border-color:var(--alarm)}\n",
	".verdict p{margin:.25rem 0}.verdict .kind{font-weight:600;color:var(--soft)}\n",
	".crash .kind{color:var(--alarm)}\n",
	"dl{display:grid;grid-template-columns:9rem 1fr;gap:.4rem 1rem;margin:0}\n",
	"dt{color:var(--soft)}dd{margin:0}\n",
	".scroll{overflow-x:auto;position:relative}\n",
	".tall{max-height:40rem;overflow:auto;border-bottom:1px solid var(--line)}\n",
	"table{border-collapse:collapse;width:100%;font-size:.92rem}\n",
	"th,td{text-align:left;vertical-align:top;padding:.4rem .9rem .4rem 0;",
	"border-bottom:1px solid var(--line)}\n",
	"th{color:var(--soft);font-weight:600;white-space:nowrap;background:var(--bg);",
	"position:sticky;top:0}\n",
	"td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\n",
	"td.t{white-space:nowrap;font-variant-numeric:tabular-nums}\n",
	"td.w{min-width:12rem}td.mono{min-width:10rem}td.what{width:36%;min-width:14rem}\n",
	"tr.mark td{color:var(--alarm);font-weight:600}\n",
	"pre{margin:0;padding:.9rem ",
	"1rem;background:var(--panel);overflow-x:auto;line-height:1.5}\n",
	"pre .mark{color:var(--alarm);font-weight:600}\n",
	".regs{display:grid;grid-template-columns:repeat(auto-fill,minmax(13.5rem,1fr));",
	"gap:.2rem 1.25rem;list-style:none;padding:0}.regs li{margin:0;white-space:pre}\n",
	".regs b{color:var(--soft);font-weight:400}\n",
	"summary{cursor:pointer;padding:.35rem 0}details{margin:.75rem 0}\n",
	":focus-visible{outline:2px solid var(--bar);outline-offset:2px}\n",
	"svg{display:block}svg text{fill:var(--fg)}svg .soft{fill:var(--soft)}\n",
	".box{fill:var(--panel);stroke:var(--line)}.box.guess{stroke-dasharray:4 3}\n",
	".box.mark{fill:var(--alarm-bg);stroke:var(--alarm);stroke-width:2}\n",
	"svg text.mark{fill:var(--alarm);font-weight:600}\n",
	".band{fill:var(--line)}.band.irq{fill:var(--bar)}.call{stroke:var(--bar)}\n",
	".bar{fill:var(--bar)}.axis{stroke:var(--line)}\n",
	".chart svg{overflow:visible}.chart ",
	"text{font-family:inherit;font-size:12px;fill:var(--soft)}\n",
	"figure{margin:0 0 1.5rem}figcaption{margin-bottom:.25rem;color:var(--soft)}\n",
	"td p{margin:.15rem 0}td.size{width:18%;min-width:5rem;padding-top:.75rem}\n",
	".charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(22rem,100%),1fr));",
	"gap:0 3rem}\n",
	"footer{margin-top:3rem;font-size:.85rem}\n",
	"@media(max-width:40rem){body{padding:1.25rem .9rem 2rem}h1{font-size:1.25rem}",
	"dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.6rem}.verdict{padding:.9rem 1rem}",
	"td{min-width:5.5rem}td.n{min-width:0}\n",
	".rows thead{display:none}.rows tbody,.rows tr,.rows td{display:block}",
	".rows tr{padding:.6rem 0;border-bottom:1px solid var(--line)}.rows td:empty{display:none}",
	".rows td{border:0;padding:.1rem 0;min-width:0;width:auto}.rows td.n{text-align:left}",
	".rows td.count::after{content:\" \\D7\"}",
	".rows td[data-l]::before{content:attr(data-l) \": \";color:var(--soft)}}\n",
	"@media print{:root{--bg:#fff;--fg:#000;--soft:#444;--line:#bbb;--panel:#fff;",
	"--bar:#555;--alarm:#8c1d18;--alarm-bg:#fff}html{font-size:10.5pt}body{max-width:none;",
	"padding:0}.scroll,.tall,pre{overflow:visible;max-height:none}pre{padding:0;",
	"white-space:pre-wrap}svg.stack{max-width:100%;height:auto}th{position:static}",
	"td,td.w,td.mono,td.what{min-width:0;font-size:8.5pt}",
	"h2{break-after:avoid}tr,li,.verdict{break-inside:avoid}",
	"details::details-content{content-visibility:visible;display:block;height:auto}}\n",
};

void html_begin(struct html *h, const char *title)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	      "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<meta name=\"color-scheme\" content=\"light dark\">\n"
	      "<meta name=\"referrer\" content=\"no-referrer\">\n",
		h->out);
	html_element(h, "title", NULL, title);
	fputs("<style>\n", h->out);
	for (size_t i = 0; i < ARRAY_SIZE(style); i++)
		fputs(style[i], h->out);
	fputs("</style>\n</head>\n<body>\n", h->out);
}

void html_footer(struct html *h)
{
	fprintf(h->out, "<footer>Written by vmtriage %s.</footer>\n", VMT_VERSION);
}

void html_end(struct html *h)
{
	fputs("</body>\n</html>\n", h->out);
}

void html_text(struct html *h, const char *text)
{
	char *safe = text ? escape_html(h->ctx, text) : NULL;

	if (safe)
		fputs(safe, h->out);
	else
		h->nomem = true;
	talloc_free(safe);
}

static void open_tag(struct html *h, const char *name, const char *class)
{
	if (class)
		fprintf(h->out, "<%s class=\"%s\">", name, class);
	else
		fprintf(h->out, "<%s>", name);
}

void html_element(struct html *h, const char *name, const char *class, const char *text)
{
	open_tag(h, name, class);
	html_text(h, text);
	fprintf(h->out, "</%s>\n", name);
}

void html_cell(struct html *h, const char *class, const char *text)
{
	open_tag(h, "td", class);
	html_text(h, text ? text : "");
	fputs("</td>", h->out);
}

static void begin_table(
	struct html *h, const char *class, const char *label, const char *const *headings)
{
	fprintf(h->out, "<div class=\"%s\" tabindex=\"0\" role=\"region\" aria-label=\"", class);
	html_text(h, label);
	fputs("\"><table>\n<thead><tr>", h->out);
	for (; *headings; headings++) {
		/* "#": a column of numbers */
		bool number = **headings == '#';

		fputs(number ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">", h->out);
		html_text(h, *headings + number);
		fputs("</th>", h->out);
	}
	fputs("</tr></thead>\n<tbody>\n", h->out);
}

void html_table(struct html *h, const char *label, const char *const *headings)
{
	begin_table(h, "scroll tall", label, headings);
}

void html_rows(struct html *h, const char *label, const char *const *headings)
{
	begin_table(h, "scroll tall rows", label, headings);
}

void html_table_end(struct html *h)
{
	fputs("</tbody></table></div>\n", h->out);
}

void html_section(struct html *h, const char *title)
{
	fputs("<section>\n", h->out);
	html_element(h, "h2", NULL, title);
}

void html_section_end(struct html *h)
{
	fputs("</section>\n", h->out);
}

void html_lines_begin(struct html *h)
{
	fputs("<pre tabindex=\"0\">\n", h->out);
}

void html_line(struct html *h, bool marked, const char *text)
{
	if (marked) {
		html_element(h, "b", "mark", text);
		return;
	}
	html_text(h, text);
	fputc('\n', h->out);
}

void html_lines_end(struct html *h)
{
	fputs("</pre>\n", h->out);
}

/* A newline is ours, everything else is text. */
static void put_lines(struct html *h, char *text)
{
	html_lines_begin(h);
	for (char *line = text, *end; *line; line = end) {
		end = line + strcspn(line, "\n");
		if (*end)
			*end++ = '\0';
		html_line(h, *line == '>', line);
	}
	html_lines_end(h);
}

void html_page(struct html *h, void (*put)(struct page *p, const struct vmt_report *r),
	const struct vmt_report *r)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	struct page p = page_init(h->ctx, out, 0, false);

	if (out) {
		put(&p, r);
		h->nomem |= p.nomem || fclose(out);
	}
	if (out && text)
		put_lines(h, text);
	else
		h->nomem = true;
	free(text);
}

int html_status(const struct html *h, struct vmt_err *err)
{
	return h->nomem ? err_nomem(err) : 0;
}
