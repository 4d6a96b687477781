/*
 * markdown: text that others wrote, put into Markdown (CommonMark with GitHub's tables) so that it stays text:
 * it can make no link, no HTML, no heading, no list, and cannot leave its table cell or code block.
 */
#ifndef RUNBOOK_MARKDOWN_H
#define RUNBOOK_MARKDOWN_H

struct buf;

/* Within a line or a table's cell: punctuation escaped; what could become a link by itself becomes code.
 * '\n' becomes a space; nothing in gives "–". */
void md_text(struct buf *out, const char *s);
/* The same as a code span: names, commands, what a server said. */
void md_code(struct buf *out, const char *s);
void md_cell_code(struct buf *out, const char *s); /* in a table */
/* A code block of its own, with a fence that s cannot close. */
void md_block(struct buf *out, const char *s);

#endif
