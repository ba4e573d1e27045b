/*
** xlsx_random.h - the process's rand() while libxlsxwriter works.
**
** The library seeds rand() anew for the name of each temporary file. Between
** these two it seeds a state of ours, and behind them the process goes on with
** its own numbers where it was. Any thread may call them at any time; what
** others draw between them are numbers of ours. They need a rand() that is
** random(), as glibc's is.
*/
#ifndef XLSX_RANDOM_H
#define XLSX_RANDOM_H

void xlsx_random_hold (void);
void xlsx_random_release (void);

#endif
