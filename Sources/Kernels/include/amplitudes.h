// Tree-level helicity amplitudes for four muons, squared and summed over spins.
//
// Every event stands in the rest frame of the hard process with massless beams along z: the
// electron goes to +z, the positron to -z, each with half the energy. All levels give the same
// bits: events are independent lanes, nothing is contracted or reordered.
#ifndef NIGHTJAR_AMPLITUDES_H
#define NIGHTJAR_AMPLITUDES_H

#ifdef __cplusplus
extern "C" {
#endif

/// e+e- -> mu- mu- mu+ mu+ in QED: twelve diagrams, identical muons antisymmetrised.
///
/// `p` holds sixteen arrays of `n` values: energy, px, py, pz of mu-, mu-, mu+, mu+; `s` the squared
/// energy; `m` the mass of the muon. `out` gets the sum over all spins of |M|^2 / e^8, in GeV^-4.
/// `n` is a multiple of eight.
void nj_four_muons(const double *p, const double *s, double m, double *out, long n);

/// e+e- -> mu- mu+ X, X -> mu- mu+: X, a vector (`scalar` 0) or a scalar (1), leaves one of the
/// first two muons; its propagator is left out.
///
/// As above with the muons mu-, mu+ beside X, then mu-, mu+ of X; `out` gets |M|^2 / (e^4 g^4).
void nj_muons_and_resonance(
    const double *p, const double *s, double m, int scalar, double *out, long n);

#ifdef __cplusplus
}
#endif
#endif
