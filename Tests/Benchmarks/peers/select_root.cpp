// The selection of nightjar-bench as a compiled ROOT program.
//
//   select_root FILE VARIANT rdf|reader|loop THREADS REPEATS
//   rdf     RDataFrame with typed lambdas (TTree or RNTuple)
//   reader  TTreeReader
//   loop    SetBranchAddress and TBranch::GetEntry, branches read when they are needed
#include <ROOT/RDataFrame.hxx>
#include <TFile.h>
#include <TTree.h>
#include <TTreeReader.h>
#include <TTreeReaderValue.h>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

constexpr double mass = 0.1056583755;

struct Tally {
  std::vector<long long> flow = std::vector<long long>(6), histogram = std::vector<long long>(1002);
  double energy = 0;
  void fill(double m, const float *p) {
    double x = std::sqrt(std::max(m * m - (2 * mass) * (2 * mass), 0.));
    histogram[(int)std::max(-1., std::min(1000., std::floor(1000 * x / 10))) + 1]++;
    for (int i = 0; i < 4; i++) energy += std::sqrt((double)p[i] * p[i] + mass * mass);
  }
};

static bool vertices(const float *r, const float *z) {
  for (int i = 0; i < 4; i++)
    if (!(r[i] < 0.5f && std::abs(z[i]) < 2)) return false;
  return true;
}

static Tally frame(const std::string &path) {
  using F = float;
  using D = double;
  ROOT::RDataFrame df("ntuple", path);
  auto all = df.Count();
  auto a = df.Filter([](F x, F y, F z, F w) { return (x > .5f) + (y > .5f) + (z > .5f) + (w > .5f) >= 3; },
                     {"mu0_muonID", "mu1_muonID", "mu2_muonID", "mu3_muonID"});
  auto b = a.Filter([](D q) { return q == 0; }, {"charge"});
  auto c = b.Filter([](D m) { return m > 10 && m < 11; }, {"M4mu"});
  auto d = c.Filter([](D r) { return r < 0.4; }, {"roeEextra"});
  auto e = d.Filter(
      [](F r0, F r1, F r2, F r3, F z0, F z1, F z2, F z3) {
        F r[4] = {r0, r1, r2, r3}, z[4] = {z0, z1, z2, z3};
        return vertices(r, z);
      },
      {"mu0_dr", "mu1_dr", "mu2_dr", "mu3_dr", "mu0_dz", "mu1_dz", "mu2_dz", "mu3_dz"});
  auto steps = std::vector{a.Count(), b.Count(), c.Count(), d.Count(), e.Count()};
  unsigned slots = std::max(1u, ROOT::GetThreadPoolSize());
  std::vector<Tally> parts(slots);
  e.ForeachSlot(
      [&](unsigned slot, D m, F p0, F p1, F p2, F p3) {
        F p[4] = {p0, p1, p2, p3};
        parts[slot].fill(m, p);
      },
      {"M", "mu0_p", "mu1_p", "mu2_p", "mu3_p"});
  Tally sum;
  sum.flow[0] = *all;
  for (int i = 0; i < 5; i++) sum.flow[i + 1] = *steps[i];
  for (auto &part : parts) {
    for (int i = 0; i < 1002; i++) sum.histogram[i] += part.histogram[i];
    sum.energy += part.energy;
  }
  return sum;
}

static Tally reader(const std::string &path) {
  std::unique_ptr<TFile> file(TFile::Open(path.c_str()));
  TTreeReader rows("ntuple", file.get());
  std::vector<std::unique_ptr<TTreeReaderValue<float>>> id, dr, dz, p;
  for (int i = 0; i < 4; i++) {
    std::string s = "mu" + std::to_string(i) + "_";
    auto value = [&](const char *n) { return std::make_unique<TTreeReaderValue<float>>(rows, (s + n).c_str()); };
    id.push_back(value("muonID")), dr.push_back(value("dr")), dz.push_back(value("dz")), p.push_back(value("p"));
  }
  TTreeReaderValue<double> q(rows, "charge"), m4(rows, "M4mu"), roe(rows, "roeEextra"), m(rows, "M");
  Tally t;
  while (rows.Next()) {
    t.flow[0]++;
    int count = 0;
    for (auto &v : id) count += **v > .5f;
    if (count < 3) continue;
    t.flow[1]++;
    if (*q != 0) continue;
    t.flow[2]++;
    if (!(*m4 > 10 && *m4 < 11)) continue;
    t.flow[3]++;
    if (!(*roe < 0.4)) continue;
    t.flow[4]++;
    float r[4], z[4], k[4];
    for (int i = 0; i < 4; i++) r[i] = **dr[i], z[i] = **dz[i];
    if (!vertices(r, z)) continue;
    t.flow[5]++;
    for (int i = 0; i < 4; i++) k[i] = **p[i];
    t.fill(*m, k);
  }
  return t;
}

static Tally loop(const std::string &path) {
  std::unique_ptr<TFile> file(TFile::Open(path.c_str()));
  auto *tree = file->Get<TTree>("ntuple");
  tree->SetBranchStatus("*", false);
  float id[4], dr[4], dz[4], p[4];
  double q, m4, roe, m;
  auto on = [&](const std::string &name, void *address) {
    tree->SetBranchStatus(name.c_str(), true);
    tree->SetBranchAddress(name.c_str(), address);
    tree->AddBranchToCache(name.c_str());
    return tree->GetBranch(name.c_str());
  };
  std::vector<TBranch *> ids, vertex, momenta;
  for (int i = 0; i < 4; i++) {
    std::string s = "mu" + std::to_string(i) + "_";
    ids.push_back(on(s + "muonID", id + i)), momenta.push_back(on(s + "p", p + i));
    vertex.push_back(on(s + "dr", dr + i)), vertex.push_back(on(s + "dz", dz + i));
  }
  auto *bq = on("charge", &q), *b4 = on("M4mu", &m4), *br = on("roeEextra", &roe), *bm = on("M", &m);
  tree->StopCacheLearningPhase();
  Tally t;
  for (Long64_t i = 0, n = tree->GetEntries(); i < n; i++) {
    tree->LoadTree(i);
    t.flow[0]++;
    for (auto *b : ids) b->GetEntry(i);
    if ((id[0] > .5f) + (id[1] > .5f) + (id[2] > .5f) + (id[3] > .5f) < 3) continue;
    t.flow[1]++, bq->GetEntry(i);
    if (q != 0) continue;
    t.flow[2]++, b4->GetEntry(i);
    if (!(m4 > 10 && m4 < 11)) continue;
    t.flow[3]++, br->GetEntry(i);
    if (!(roe < 0.4)) continue;
    t.flow[4]++;
    for (auto *b : vertex) b->GetEntry(i);
    if (!vertices(dr, dz)) continue;
    t.flow[5]++, bm->GetEntry(i);
    for (auto *b : momenta) b->GetEntry(i);
    t.fill(m, p);
  }
  return t;
}

int main(int argc, char **argv) {
  if (argc != 6) return 2;
  std::string path = argv[1], mode = argv[3];
  int threads = std::atoi(argv[4]), repeats = std::atoi(argv[5]);
  if (threads > 1) ROOT::EnableImplicitMT(threads);
  double best = 1e300;
  Tally t;
  for (int i = 0; i <= repeats; i++) {
    auto start = std::chrono::steady_clock::now();
    t = mode == "rdf" ? frame(path) : mode == "reader" ? reader(path) : loop(path);
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  const char *peer = mode == "rdf" ? "RDataFrame" : mode == "reader" ? "TTreeReader" : "TTree loop";
  std::printf("{\"task\": \"select\", \"peer\": \"%s\", \"variant\": \"%s\", \"threads\": %d, \"items\": %lld, "
              "\"seconds\": %.6f, \"values\": [%lld, %lld, %lld, %lld, %lld, %lld]}\n",
              peer, argv[2], threads, t.flow[0], best, t.flow[0], t.flow[1], t.flow[2], t.flow[3], t.flow[4], t.flow[5]);
}
