#pragma once
// Facts as sentences; the pieces of make_section(). Nobody else includes this.

#include <string>
#include <vector>

#include "report/section.hpp"

namespace foghorn {

// In any order.

/// What a price did within the window.
std::vector<Sentence> window_sentences(const InstrumentFacts& facts, const FactSheet& sheet,
                                       const Speech& speech);
/// What it did as it had not for long, and where it stands in its past.
std::vector<Sentence> history_sentences(const InstrumentFacts& facts, const FactSheet& sheet,
                                        const Speech& speech);
std::vector<Sentence> liquidation_sentences(const LiquidationFacts& facts, const FactSheet& sheet,
                                            const Speech& speech);
std::vector<Sentence> cross_asset_sentences(const CrossAssetFacts& facts, const Speech& speech);
std::vector<Sentence> alert_sentences(const FactSheet& sheet, const Speech& speech);
/// Of an episode's sentence in that paragraph.
constexpr double alert_weight(Tier tier) {
  return static_cast<double>(tier);
}

/// "24小时", "24 h".
std::string window_words(const FactSheet& sheet, Language language);

/// The instrument's name as the language sets it.
std::string name_words(const InstrumentFacts& facts, Language language);

/// "重大", "major".
std::string tier_words(Tier tier, Language language);

/// "nymex-energy" is "NYMEX能源市场", "NYMEX energy".
std::string market_words(const std::string& calendar, Language language);

}  // namespace foghorn
