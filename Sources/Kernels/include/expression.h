// Expression opcodes on blocks of columns.
#ifndef NIGHTJAR_EXPRESSION_H
#define NIGHTJAR_EXPRESSION_H
#endif
