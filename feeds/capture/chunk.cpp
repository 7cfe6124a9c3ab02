#include "feeds/capture/chunk.hpp"

#include <cstring>

namespace foghorn {

CaptureChunk::CaptureChunk() : bytes_(usual_bytes) {
  records_.reserve(usual_records);
}

std::string_view CaptureChunk::keep(std::string_view text) {
  if (text.size() > bytes_.size() - used_) return beyond_.emplace_back(text);
  char* const copy = bytes_.data() + used_;
  if (!text.empty()) std::memcpy(copy, text.data(), text.size());
  used_ += text.size();
  return {copy, text.size()};
}

struct CaptureChunk::Copy {
  CaptureChunk& chunk;

  void text(std::string_view& view) const { view = chunk.keep(view); }

  void operator()(FileBegins& r) const {
    text(r.foghorn);
    text(r.setup);
  }
  void operator()(StateKept& r) const {
    text(r.key);
    text(r.text);
  }
  void operator()(MinuteKept& r) const { text(r.instrument); }
  void operator()(DayKept& r) const { text(r.instrument); }
  void operator()(LinkOpened& r) const { text(r.link.feed); }
  void operator()(LinkFrame& r) const {
    text(r.link.feed);
    text(r.text);
  }
  void operator()(LinkEnded& r) const { text(r.link.feed); }
  void operator()(ContractsTold& r) const {
    text(r.feed);
    text(r.body);
  }
  void operator()(CandlesTold& r) const {
    text(r.feed);
    text(r.symbol);
    text(r.body);
  }
  void operator()(RunBegins&) const {}
  void operator()(TimePassed&) const {}
  void operator()(RunEnds&) const {}
  void operator()(RecordsLost&) const {}
};

void CaptureChunk::add(const CaptureRecord& record) {
  records_.push_back(record);
  std::visit(Copy{*this}, records_.back());
}

void CaptureChunk::clear() {
  used_ = 0;
  beyond_.clear();
  if (records_.capacity() > 2 * usual_records) {  // the state of a start is large, and rare
    records_ = {};
    records_.reserve(usual_records);
  }
  records_.clear();
}

namespace {

struct Time {
  Timestamp operator()(const MinuteKept& r) const { return r.minute; }
  Timestamp operator()(const DayKept& r) const { return r.bar.day; }
  Timestamp operator()(const RecordsLost& r) const { return r.to; }
  template <class Record>
  Timestamp operator()(const Record& r) const {
    return r.at;
  }
};

}  // namespace

Timestamp time_of(const CaptureRecord& record) {
  return std::visit(Time{}, record);
}

}  // namespace foghorn
