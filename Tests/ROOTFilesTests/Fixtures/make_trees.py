#!/usr/bin/env python3
"""Writes the tree fixtures with ROOT 6.40 (pip install --pre ROOT).

trees_CODEC.root: tree "all" of 50 rows in small baskets. For each type T a branch T, T_a[3],
T_l[n] counted by n = row % 4, and T_v, a std::vector of as many; element k of row i is
3 i + k - 20 (unsigned: 3 i + k; real numbers: a quarter of that less 5; bool: whether i + k is odd).
ntuple_CODEC.root: the same as an RNTuple without counted lists: T, T_a, T_v.
far_head.bin, far_tail.bin: the start and the end of a sparse file of 3 GB, tree "far" of 1000 rows
x = row / 2. friends.root: a tree with a friend. metadata_split.root, metadata_whole.root: beside a tree
"ntuple" the tree "persistent" of basf2 with a FileMetaData, split into branches or not.
"""
import ROOT

ROOT.gInterpreter.Declare(r"""
#include <ROOT/RNTupleModel.hxx>
#include <ROOT/RNTupleWriteOptions.hxx>
#include <ROOT/RNTupleWriter.hxx>
#include <TFile.h>
#include <TFree.h>
#include <TTree.h>
#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

template <class T> T value(int i, int k) { return T(3 * i + k - 20); }
template <> signed char value(int i, int k) { return 3 * i + k - 20; }
template <> unsigned long value(int i, int k) { return 3 * i + k; }
template <> unsigned char value(int i, int k) { return 3 * i + k; }
template <> unsigned short value(int i, int k) { return 3 * i + k; }
template <> unsigned int value(int i, int k) { return 3 * i + k; }
template <> ULong64_t value(int i, int k) { return 3 * i + k; }
template <> float value(int i, int k) { return (3 * i + k) * 0.25f - 5; }
template <> double value(int i, int k) { return (3 * i + k) * 0.25 - 5; }
template <> bool value(int i, int k) { return (i + k) % 2; }

struct Columns {
  virtual void fill(int i) = 0;
  virtual ~Columns() = default;
};

template <class T> struct Typed : Columns {
  T one, three[3], list[3];
  std::vector<T> vector;
  Typed(TTree &t, std::string name, std::string code, bool hasVector) {
    t.Branch(name.c_str(), &one, (name + "/" + code).c_str(), 256);
    t.Branch((name + "_a").c_str(), three, (name + "_a[3]/" + code).c_str(), 256);
    t.Branch((name + "_l").c_str(), list, (name + "_l[n]/" + code).c_str(), 256);
    if (hasVector) t.Branch((name + "_v").c_str(), &vector, 256);
  }
  void fill(int i) override {
    one = value<T>(i, 0);
    vector.clear();
    for (int k = 0; k < 3; k++) {
      three[k] = list[k] = value<T>(i, k);
      if (k < i % 4) vector.push_back(value<T>(i, k));
    }
  }
};

void writeTrees(const char *path, int compression) {
  TFile file(path, "RECREATE", "", compression);
  TTree tree("all", "one branch a type and shape");
  tree.SetAutoFlush(0);
  int n;
  tree.Branch("n", &n, "n/I", 256);
  std::vector<std::unique_ptr<Columns>> all;
  all.emplace_back(new Typed<bool>(tree, "bool", "O", true));
  all.emplace_back(new Typed<char>(tree, "int8", "B", true));
  all.emplace_back(new Typed<short>(tree, "int16", "S", true));
  all.emplace_back(new Typed<int>(tree, "int32", "I", true));
  all.emplace_back(new Typed<Long64_t>(tree, "int64", "L", true));
  all.emplace_back(new Typed<unsigned char>(tree, "uint8", "b", true));
  all.emplace_back(new Typed<unsigned short>(tree, "uint16", "s", true));
  all.emplace_back(new Typed<unsigned int>(tree, "uint32", "i", true));
  all.emplace_back(new Typed<ULong64_t>(tree, "uint64", "l", true));
  all.emplace_back(new Typed<float>(tree, "float32", "F", true));
  all.emplace_back(new Typed<double>(tree, "float64", "D", true));
  all.emplace_back(new Typed<float>(tree, "float16", "f[-64,64,16]", false));
  all.emplace_back(new Typed<double>(tree, "double32", "d[-64,64,20]", false));
  for (int i = 0; i < 50; i++) {
    n = i % 4;
    if (n > 3) n = 3;
    for (auto &columns : all) columns->fill(i);
    tree.Fill();
  }
  tree.Write();
}

struct Field {
  virtual void fill(int i) = 0;
  virtual ~Field() = default;
};

template <class T> struct TypedField : Field {
  std::shared_ptr<T> one;
  std::shared_ptr<std::array<T, 3>> three;
  std::shared_ptr<std::vector<T>> vector;
  TypedField(ROOT::RNTupleModel &m, std::string name) {
    one = m.MakeField<T>(name);
    three = m.MakeField<std::array<T, 3>>(name + "_a");
    vector = m.MakeField<std::vector<T>>(name + "_v");
  }
  void fill(int i) override {
    *one = value<T>(i, 0);
    vector->clear();
    for (int k = 0; k < 3; k++) {
      (*three)[k] = value<T>(i, k);
      if (k < i % 4) vector->push_back(value<T>(i, k));
    }
  }
};

void writeNtuple(const char *path, int compression) {
  auto model = ROOT::RNTupleModel::Create();
  std::vector<std::unique_ptr<Field>> all;
  all.emplace_back(new TypedField<bool>(*model, "bool"));
  all.emplace_back(new TypedField<std::int8_t>(*model, "int8"));
  all.emplace_back(new TypedField<std::int16_t>(*model, "int16"));
  all.emplace_back(new TypedField<std::int32_t>(*model, "int32"));
  all.emplace_back(new TypedField<std::int64_t>(*model, "int64"));
  all.emplace_back(new TypedField<std::uint8_t>(*model, "uint8"));
  all.emplace_back(new TypedField<std::uint16_t>(*model, "uint16"));
  all.emplace_back(new TypedField<std::uint32_t>(*model, "uint32"));
  all.emplace_back(new TypedField<std::uint64_t>(*model, "uint64"));
  all.emplace_back(new TypedField<float>(*model, "float32"));
  all.emplace_back(new TypedField<double>(*model, "float64"));
  ROOT::RNTupleWriteOptions options;
  options.SetCompression(compression);
  auto writer = ROOT::RNTupleWriter::Recreate(std::move(model), "all", path, options);
  for (int i = 0; i < 50; i++) {
    for (auto &field : all) field->fill(i);
    writer->Fill();
    if (i % 20 == 19) writer->CommitCluster();
  }
}

// The first record stands at 0, all others behind 3,000,000,000.
void writeFar(const char *path) {
  TFile file(path, "RECREATE");
  auto *rest = (TFree *)file.GetListOfFree()->Last();
  rest->SetFirst(3000000000ll);
  rest->SetLast(1000000000000ll);
  file.SetEND(3000000000ll);
  double x;
  TTree tree("far", "");
  tree.Branch("x", &x);
  for (int i = 0; i < 1000; i++) {
    x = i * 0.5;
    tree.Fill();
  }
  tree.Write();
}

void writeFriends(const char *path) {
  TFile file(path, "RECREATE");
  int x = 1;
  TTree other("other", "");
  other.Branch("y", &x);
  other.Fill();
  TTree tree("main", "");
  tree.Branch("x", &x);
  tree.Fill();
  tree.AddFriend(&other);
  tree.Write();
  other.Write();
}
""")

META = r"""
#include <TFile.h>
#include <TObject.h>
#include <TTree.h>
#include <map>
#include <string>
#include <vector>
namespace Belle2 {
class FileMetaData : public TObject {
public:
  std::string m_lfn = "/belle/user/ntuple.root";
  unsigned int m_nEvents = 0;
  unsigned int m_nFullEvents = 1234;
  int m_experimentLow = 12;
  int m_runLow = 3456;
  std::vector<std::string> m_parentLfns = {"/belle/a.root", "/belle/b.root"};
  std::string m_site = "kek";
  std::string m_release = "light-2604-jellyfish";
  unsigned int m_mcEvents = 5000000;
  std::map<std::string, std::string> m_dataDescription = {{"isNtupleMetaData", "True"}, {"channel", "bks"}};
  ClassDef(FileMetaData, 13);
};
}
ClassImp(Belle2::FileMetaData)
void writeMetadata(const char *path, int split) {
  TFile file(path, "RECREATE");
  double M = 1.5;
  TTree tree("ntuple", "");
  tree.Branch("M", &M);
  for (int i = 0; i < 3; i++) tree.Fill();
  tree.Write();
  TTree persistent("persistent", "");
  auto *meta = new Belle2::FileMetaData;
  persistent.Branch("FileMetaData", &meta, 32000, split);
  persistent.Fill();
  persistent.Write();
}
"""
import tempfile

for name, setting in [("none", 0), ("zlib", 101), ("lzma", 207), ("lz4", 404), ("zstd", 505)]:
    ROOT.writeTrees(f"trees_{name}.root", setting)
    ROOT.writeNtuple(f"ntuple_{name}.root", setting)
ROOT.writeFriends("friends.root")
with tempfile.TemporaryDirectory() as folder:
    ROOT.writeFar(f"{folder}/far.root")
    with open(f"{folder}/far.root", "rb") as f:
        open("far_head.bin", "wb").write(f.read(512))
        f.seek(3_000_000_000)
        open("far_tail.bin", "wb").write(f.read())

with tempfile.TemporaryDirectory() as folder:
    with open(f"{folder}/FileMetaData.cxx", "w") as f:
        f.write(META)
    # Classes need a dictionary: ROOT compiles one.
    ROOT.gROOT.ProcessLine(f".L {folder}/FileMetaData.cxx+")
    ROOT.writeMetadata("metadata_split.root", 99)
    ROOT.writeMetadata("metadata_whole.root", 0)
