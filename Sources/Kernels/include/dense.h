// Networks on blocks of rows: dense layers, activations, affine steps, boosted trees; float32.
//
// A block is NJ_NETWORK_BLOCK rows, feature by feature: value f of row r is at f * block + r, so the
// lanes of a vector are rows. Each output of a dense layer is one chain of fused products in the
// order of the inputs, begun with the bias: the bits depend neither on the level nor on the batch.
#ifndef NIGHTJAR_DENSE_H
#define NIGHTJAR_DENSE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Rows of a block.
#define NJ_NETWORK_BLOCK 48

/// Outputs whose weights stand together; the rest of a layer stands in panels of 4, 2 and 1.
#define NJ_DENSE_PANEL 8

typedef enum nj_layer_kind {
  NJ_LAYER_DENSE,   // out = parameters[0] in + parameters[1]; weights in panels [depth][panel]
  NJ_LAYER_AFFINE,  // out = (in - parameters[0]) * parameters[1] + parameters[2], fused
  NJ_LAYER_DIVIDE,  // out = parameters[0] / in
  NJ_LAYER_APPLY,   // out = function(in)
  NJ_LAYER_SOFTMAX, // over groups of `depth` features that stand together
  NJ_LAYER_COMBINE, // out = in (function) other, of two values
  NJ_LAYER_GATHER,  // out[f] = arena feature index[f]
  NJ_LAYER_TREES    // sums (or least, greatest) leaf weights
} nj_layer_kind;

/// Functions of one value; NaN stays NaN.
typedef enum nj_activation {
  NJ_NOTHING,
  NJ_RELU,
  NJ_LEAKY_RELU, // alpha x below zero
  NJ_ELU,        // alpha (e^x - 1) below zero
  NJ_SELU,       // beta x, beta alpha (e^x - 1) below zero
  NJ_TANH,
  NJ_SIGMOID,
  NJ_CLIP        // into [alpha, beta]
} nj_activation;

typedef enum nj_combination { NJ_PLUS, NJ_MINUS, NJ_TIMES, NJ_OVER } nj_combination;

/// One decision: x <= value goes to `yes`, NaN to `yes` if the lowest bit of `feature` is set.
///
/// `feature` is twice the feature's number and that bit. A leaf has itself in `yes` and `no`.
typedef struct nj_tree_node {
  float value;
  uint32_t feature;
  int32_t yes, no;
} nj_tree_node;

typedef enum nj_aggregate { NJ_TREES_SUM, NJ_TREES_MIN, NJ_TREES_MAX } nj_aggregate;

typedef struct nj_trees {
  const nj_tree_node *nodes;
  const int32_t *roots;
  const int32_t *depths; // longest way to a leaf
  long count;
  const int32_t *first;  // per node and one more: its entries below
  const int32_t *targets;
  const float *weights;
  int32_t aggregate;
  int32_t single; // one target, one entry a leaf: its weight is the leaf's `value`
} nj_trees;

typedef struct nj_layer {
  int32_t kind;
  int32_t function;       // nj_activation, also of a dense layer; or nj_combination
  long in, other, out;    // places in the arena, in features
  long depth;             // inputs of a dense layer, group of a softmax
  long width;             // outputs
  const float *parameters[3];
  const int32_t *index;
  const nj_trees *trees;
  float alpha, beta;
} nj_layer;

/// What is evaluated; the arena begins with the inputs.
typedef struct nj_network {
  const nj_layer *layers;
  long count;
  long inputs;
  long output;  // place of the first output in the arena
  long outputs;
  long features; // of the arena
} nj_network;

/// Floats of the arena: 64-byte aligned, one a thread.
long nj_network_arena(const nj_network *network);

/// Evaluates rows: features [rows][inputs], scores [rows][outputs], both row by row.
void nj_network_run(
    const nj_network *network, const float *features, long rows, float *scores, float *arena);

/// Applies an activation to values.
void nj_network_apply(
    int function, const float *x, float *y, long count, float alpha, float beta);

#ifdef __cplusplus
}
#endif
#endif
