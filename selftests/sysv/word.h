/* SPDX-License-Identifier: GPL-2.0 */
/* The words that stand for values of arguments. */
#ifndef WORD_H
#define WORD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "operation.h"

/* Names and numbers, several of them joined by "|" where values are bits. */
bool word_parse(enum argument_type type, const char *text, int64_t *value);
void word_print(FILE *file, enum argument_type type, int64_t value);

#endif /* WORD_H */
