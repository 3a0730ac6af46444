#!/usr/bin/env python3
"""Writes the RNTuple fixtures with ROOT 6.40 (pip install --pre ROOT)."""
import ROOT

ROOT.gInterpreter.Declare(r"""
#include <ROOT/RField.hxx>
#include <ROOT/RNTupleModel.hxx>
#include <ROOT/RNTupleWriter.hxx>
#include <ROOT/RNTupleWriteOptions.hxx>
#include <array>
#include <bitset>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

using namespace ROOT;

RNTupleWriteOptions optionsWith(int compression) {
  RNTupleWriteOptions options;
  options.SetCompression(compression);
  options.SetInitialUnzippedPageSize(64);
  options.SetMaxUnzippedPageSize(256);
  options.SetUseBufferedWrite(true);
  return options;
}

// Row i of "late", of clusters of 40 rows: two representations in turn, columns that come later.
void writeLate(const char *path, int compression) {
  auto model = RNTupleModel::Create();
  auto field = std::make_unique<RField<double>>("x");
  field->SetColumnRepresentatives({{ENTupleColumnType::kReal64}, {ENTupleColumnType::kSplitReal32}});
  model->AddField(std::move(field));
  auto x = model->GetDefaultEntry().GetPtr<double>("x");
  auto writer = RNTupleWriter::Recreate(std::move(model), "late", path, optionsWith(compression));
  std::shared_ptr<float> y;
  std::shared_ptr<std::vector<short>> z;
  std::shared_ptr<std::array<int, 2>> a;
  for (int i = 0; i < 160; i++) {
    if (i == 60) {
      auto updater = writer->CreateModelUpdater();
      updater->BeginUpdate();
      y = updater->MakeField<float>("y");
      z = updater->MakeField<std::vector<short>>("z");
      a = updater->MakeField<std::array<int, 2>>("a");
      updater->CommitUpdate();
    }
    *x = i * 0.5;
    if (y) {
      *y = i * 0.25f;
      z->assign(i % 3, i);
      *a = {i, -i};
    }
    writer->Fill();
    if (i % 40 == 39) {
      writer->CommitCluster();
      ROOT::Internal::RFieldRepresentationModifier::SetPrimaryColumnRepresentation(
          const_cast<RFieldBase &>(writer->GetModel().GetConstField("x")), (i / 40 + 1) % 2);
    }
  }
}

// Row i of "kinds": every kind of field once.
void writeKinds(const char *path, int compression) {
  auto model = RNTupleModel::Create();
  auto flag = model->MakeField<bool>("flag");
  auto i8 = model->MakeField<std::int8_t>("i8", "a small number");
  auto u16 = model->MakeField<std::uint16_t>("u16");
  auto i16 = model->MakeField<std::int16_t>("i16");
  auto i32 = model->MakeField<std::int32_t>("i32");
  auto i64 = model->MakeField<std::int64_t>("i64");
  auto u64 = model->MakeField<std::uint64_t>("u64");
  auto d = model->MakeField<double>("d");
  auto half = std::make_unique<RField<float>>("half");
  half->SetHalfPrecision();
  model->AddField(std::move(half));
  auto quant = std::make_unique<RField<double>>("quant");
  quant->SetQuantized(11, {-1, 3});
  model->AddField(std::move(quant));
  auto trunc = std::make_unique<RField<double>>("trunc");
  trunc->SetTruncated(13);
  model->AddField(std::move(trunc));
  model->AddField(RFieldBase::Create("d32", "Double32_t").Unwrap());
  auto matrix = model->MakeField<std::array<std::array<float, 3>, 2>>("matrix");
  auto bits = model->MakeField<std::bitset<3>>("bits");
  auto pair = model->MakeField<std::pair<int, float>>("pair");
  auto jag = model->MakeField<std::vector<double>>("jag");
  auto pairs = model->MakeField<std::vector<std::pair<int, float>>>("pairs");
  auto points = model->MakeField<std::vector<std::array<float, 2>>>("points");
  auto maybe = model->MakeField<std::optional<float>>("maybe");
  auto text = model->MakeField<std::string>("text");
  auto deep = model->MakeField<std::vector<std::vector<int>>>("deep");
  auto either = model->MakeField<std::variant<int, float>>("either");
  auto lists = model->MakeField<std::array<std::vector<int>, 2>>("lists");
  auto count = RFieldBase::Create("njag", "ROOT::RNTupleCardinality<std::uint64_t>").Unwrap();
  model->AddProjectedField(std::move(count), [](const std::string &) { return "jag"; });
  auto alias = RFieldBase::Create("alias", "std::vector<double>").Unwrap();
  model->AddProjectedField(std::move(alias), [](const std::string &name) {
    return name == "alias" ? "jag" : "jag._0";
  });
  auto &entry = model->GetDefaultEntry();
  auto halfValue = entry.GetPtr<float>("half");
  auto quantValue = entry.GetPtr<double>("quant");
  auto truncValue = entry.GetPtr<double>("trunc");
  auto d32 = entry.GetPtr<double>("d32");
  auto writer = RNTupleWriter::Recreate(std::move(model), "kinds", path, optionsWith(compression));
  for (int i = 0; i < 100; i++) {
    *flag = i % 3 == 0;
    *i8 = i - 50;
    *u16 = 600 * i;
    *i16 = 300 * (i - 50);
    *i32 = -70000 * i;
    *i64 = -(1ll << 40) * i;
    *u64 = (1ull << 62) + i;
    *d = i * 0.1;
    *halfValue = (i - 50) * 0.5f;
    *quantValue = (i % 5) - 1;
    *truncValue = (i - 50) * 2;
    *d32 = i * 0.25;
    for (int j = 0; j < 6; j++) (*matrix)[j / 3][j % 3] = 10 * i + j;
    *bits = i % 8;
    *pair = {i, 0.5f * i};
    jag->clear();
    pairs->clear();
    points->clear();
    for (int j = 0; j < i % 4; j++) {
      jag->push_back(i + 0.25 * j);
      pairs->push_back({i, j});
      points->push_back({float(i), float(-j)});
    }
    if (i % 2) *maybe = i;
    else maybe->reset();
    *text = "t";
    *deep = {{i}};
    *either = i;
    (*lists)[0] = {i};
    writer->Fill();
    if (i % 33 == 32) writer->CommitCluster();
  }
}

// No row at all.
void writeEmpty(const char *path) {
  auto model = RNTupleModel::Create();
  auto x = model->MakeField<double>("x");
  auto list = model->MakeField<std::vector<float>>("list");
  auto writer = RNTupleWriter::Recreate(std::move(model), "empty", path, optionsWith(505));
}
""")

ROOT.writeEmpty("empty.root")
for name, compression in [("", 505), ("_raw", 0)]:
    ROOT.writeLate(f"late{name}.root", compression)
    ROOT.writeKinds(f"kinds{name}.root", compression)
