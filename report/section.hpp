#pragma once
// The section: the fact sheet in sentences, ordered by importance, in one language and without any
// format. Each sentence is one fact, and knows the bars that it rests on.

#include <string>
#include <vector>

#include "report/facts.hpp"
#include "report/words.hpp"

namespace foghorn {

struct Sentence {
  std::string text;            ///< with its full stop
  std::string brief;           ///< for headlines: shorter, without one; may be empty
  double weight{};             ///< importance
  std::vector<BarRef> bars{};  ///< of `bars_of`
  std::string bars_of{};       ///< the instrument
};

struct Paragraph {
  std::string subject;  ///< an instrument's id, or "liquidations", "cross-asset", "alerts"
  std::string title;
  std::vector<Sentence> sentences;  ///< the weightiest first

  double weight() const { return sentences.empty() ? 0 : sentences.front().weight; }
};

/// A row of the table of prices. Empty: not known.
struct PriceRow {
  std::string name, open, high, low, last, change, range, seen, as_of;
};

struct Section {
  Language language{};
  std::string title;
  std::string window;    ///< from when to when, by whose clock
  std::string headline;  ///< the two weightiest facts
  std::string summary;   ///< a sentence for the bulletin's 摘要, of at most 60 characters
  std::vector<Paragraph> paragraphs;  ///< the weightiest first, alerts last
  PriceRow columns;
  std::vector<PriceRow> prices;
  std::string notes_title;
  std::vector<std::string> notes;    ///< the editor's own lines, as they wrote them
  std::vector<std::string> remarks;  ///< what the numbers are not
};

/// `notes`: lines that stand beside the facts, marked as the editor's.
Section make_section(const FactSheet& sheet, const Speech& speech, std::vector<std::string> notes);

}  // namespace foghorn
