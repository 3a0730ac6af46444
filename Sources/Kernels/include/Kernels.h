// The C floor: vector kernels with run-time dispatch, one header a family.
#include "simd.h"
#include "vector_functions.h"
#include "expression.h"
#include "likelihood.h"
#include "codec.h"
#include "amplitudes.h"
#include "dense.h"
#include "toys.h"
