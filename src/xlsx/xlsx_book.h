/*
** xlsx_book.h - libxlsxwriter as the core's library of workbooks.
*/
#ifndef XLSX_BOOK_H
#define XLSX_BOOK_H

#include "al_book.h"

extern const al_book_library xlsx_library;

#endif
