// Expression opcodes on blocks of columns.
//
// A program is a list of instructions on slots: registers of doubles, registers of bytes (masks,
// 0 or 1), input columns and outputs. It runs block by block, all registers in the first cache.
// Every operation is elementwise and rounded once as written, so that results are the same bits
// at every level and for every block size. NaN is stored as one bit pattern.
#ifndef NIGHTJAR_EXPRESSION_H
#define NIGHTJAR_EXPRESSION_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum nj_operation {
  // d = f(a)
  NJ_NEGATE, NJ_ABSOLUTE, NJ_SIGN, NJ_SQUARE_ROOT, NJ_FLOOR, NJ_CEILING, NJ_ROUND,
  NJ_EXPONENTIAL, NJ_LOGARITHM, NJ_LOGARITHM10, NJ_SINE, NJ_COSINE, NJ_TANGENT,
  NJ_ARC_SINE, NJ_ARC_COSINE, NJ_ARC_TANGENT, NJ_HYPERBOLIC_SINE, NJ_HYPERBOLIC_COSINE,
  NJ_HYPERBOLIC_TANGENT, NJ_INVERSE_HYPERBOLIC_SINE,
  // d = f(a, b)
  NJ_MINIMUM, NJ_MAXIMUM, NJ_POWER, NJ_ARC_TANGENT2, NJ_HYPOTENUSE,
  // d = f(a, b); the operand mode says where a and b come from
  NJ_ADD, NJ_SUBTRACT, NJ_MULTIPLY, NJ_DIVIDE,
  // d = c ? a : b, c a mask
  NJ_SELECT,
  // d = (double)a
  NJ_FROM_INT8, NJ_FROM_INT16, NJ_FROM_INT32, NJ_FROM_INT64,
  NJ_FROM_UINT8, NJ_FROM_UINT16, NJ_FROM_UINT32, NJ_FROM_UINT64, NJ_FROM_FLOAT32,
  // number output d = a, NaN in one bit pattern
  NJ_STORE,
  // mask d from terms[first ..< first + count]; flags & NJ_JOIN: and d's old value
  NJ_ALL_OF_4, NJ_ALL_OF_8,
  // byte d = number of true terms; flags & NJ_JOIN: plus d's old value
  NJ_COUNT_OF_4, NJ_COUNT_OF_8,
  // masks and bytes
  NJ_MASK_COPY, NJ_MASK_NOT, NJ_MASK_AND, NJ_MASK_OR, NJ_MASK_EQUAL, NJ_MASK_DIFFER,
  NJ_MASK_SELECT, NJ_MASK_FILL, NJ_BYTE_ADD, NJ_BYTE_BETWEEN,
} nj_operation;

/// Where an operand of add, subtract, multiply and divide comes from.
typedef enum nj_operand_mode {
  NJ_VV = 0, // both from double slots
  NJ_VK = 1, // b is the constant
  NJ_KV = 2, // a is the constant
  NJ_VF = 3, // b from a float32 slot
  NJ_FV = 4, // a from a float32 slot
  NJ_FF = 5, // both from float32 slots
  NJ_FK = 6,
  NJ_KF = 7
} nj_operand_mode;

enum { NJ_JOIN = 1 };

typedef struct nj_instruction {
  uint16_t operation;
  uint16_t flags; // NJ_JOIN, or the operand mode
  int32_t d, a, b, c; // slots
  int32_t first, count; // terms; first and count are low and high of NJ_BYTE_BETWEEN
  double constant;
} nj_instruction;

/// Kinds of a comparison inside NJ_ALL_OF and NJ_COUNT_OF; any comparison with NaN is false.
typedef enum nj_term_kind {
  // 4-byte: float32 and int32 columns against constants of the same type
  NJ_F_AT_MOST, NJ_F_AT_LEAST, NJ_F_WITHIN, NJ_F_OUTSIDE,
  NJ_I_AT_MOST, NJ_I_AT_LEAST, NJ_I_WITHIN, NJ_I_OUTSIDE,
  // 8-byte: double slots against constants
  NJ_D_AT_MOST, NJ_D_AT_LEAST, NJ_D_WITHIN, NJ_D_OUTSIDE,
  // 8-byte: double slots against double slots
  NJ_V_LESS, NJ_V_AT_MOST, NJ_V_EQUAL, NJ_V_DIFFER
} nj_term_kind;

/// at most: x <= low; at least: x >= low; within: low <= x <= high; outside: x < low or x > high.
typedef struct nj_term {
  int32_t kind, slot, other, unused;
  uint64_t low, high; // bit patterns: double, or float32 or int32 in the lower half
} nj_term;

/// Runs a program over `rows` rows in blocks of at most `block` (a multiple of 64).
///
/// `slots` holds the first address of every slot; those with a stride move on by stride * rows
/// done and end behind their data. Registers hold `block` values, 64-byte aligned.
void nj_expression_run(
    const nj_instruction *code, long code_count, const nj_term *terms, char **slots,
    const long *strides, long slot_count, long rows, long block);

/// The same with the level given, for tests; one that the processor lacks runs as the best it has.
void nj_expression_run_at(
    int level, const nj_instruction *code, long code_count, const nj_term *terms, char **slots,
    const long *strides, long slot_count, long rows, long block);

/// One operation on numbers: same bits as in a program. For constants and one-off evaluation.
double nj_expression_apply(int operation, double a, double b);

#ifdef __cplusplus
}
#endif
#endif
