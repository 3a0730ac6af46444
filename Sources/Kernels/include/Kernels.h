// The C floor: vector kernels with run-time dispatch, one header a family.
#include "simd.h"
#include "expression.h"
#include "vector_functions.h"
