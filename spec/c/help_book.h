/*
** help_book.h - a library of workbooks that writes down what it is told.
*/
#ifndef HELP_BOOK_H
#define HELP_BOOK_H

#include "al_book.h"

/* Its workbook is a text, a line for each call:
**   sheet NAME
**   ROW:COLUMN LOOK[FORMAT] VALUE   LOOK is that of the style, or -
**   end COLUMNS LAST_ROW WIDTH...
**   chart KIND FIRST+SERIES LAST_ROW at ROW:COLUMN
** Texts end where a NUL is. A book that is not closed is told by its leak. */
extern const al_book_library help_book;

#endif
