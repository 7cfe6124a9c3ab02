#pragma once
// What messages say, as texts with {placeholders}: those of alerts/templates, or a user's own in
// their place. Lines and words only; what fills the placeholders is text.cpp's.

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/text.hpp"

namespace foghorn {

/// One for each kind of event, and of the lines that are about several. `earlier`, `total`,
/// `catch_up` and `listed` have one line.
enum class TemplateName : std::uint8_t {
  fire,
  escalate,
  resolve,
  no_data,
  data_back,
  unconfirmed,
  confirmed,
  notice,
  earlier,   ///< of an event that the news overtook
  total,     ///< a digest's first line
  catch_up,  ///< the same of what an earlier life of the daemon left behind
  listed,    ///< a digest's line for each event
};

inline constexpr std::size_t template_count = 12;

/// As users write them, in order.
std::span<const std::string_view> template_names();

enum class Placeholder : std::uint8_t {
  tier,
  title,
  kind,
  id,
  marks,  ///< （可能重复） and the like; brings its own brackets
  value,  ///< what moved, from what to what
  brief,  ///< the same in short
  sigma,  ///< how many times its usual move that was
  extreme,
  closed,
  coverage,
  price,        ///< where the value does not tell it
  probability,  ///< the same of what is a share
  sources,
  reason,
  time,     ///< to the second, and by which clock
  when,     ///< to the minute
  elapsed,  ///< since the episode began
  name,
  instrument,
  rule,
  episode,
  count,  ///< of a digest's events
  late,   ///< of them, those that were not delivered in time; empty where there are none
  zone,   ///< the clock that its times are by
};

/// As users write them between { and }, in order.
std::span<const std::string_view> placeholder_names();

/// Whether a template of that name may hold it; and whether its first line has to.
bool allowed(TemplateName name, Placeholder placeholder);
bool required(TemplateName name, Placeholder placeholder);

/// What is wrong with a template's text, and at which of its bytes.
struct TemplateMistake {
  std::size_t offset{};
  std::string what;
  std::string remedy;
};

/// What stands for a placeholder; empty where there is nothing to say.
using Filling = std::function<std::string(Placeholder)>;

class Template {
 public:
  static std::variant<Template, std::vector<TemplateMistake>> read(TemplateName name,
                                                                   std::string_view text);

  std::size_t size() const { return lines_.size(); }

  /// Its line, filled in; empty where none of its placeholders has anything to say. Asks only for
  /// those that are in it.
  std::string line(std::size_t number, const Filling& fill) const;

  friend bool operator==(const Template&, const Template&) = default;

 private:
  friend class TemplateReader;

  struct Piece {
    std::string words;
    std::optional<Placeholder> placeholder;  ///< in place of words
    std::size_t part{};                      ///< of which optional part it is; 0: of none

    friend bool operator==(const Piece&, const Piece&) = default;
  };
  std::vector<std::vector<Piece>> lines_;
};

class Templates {
 public:
  /// Those of alerts/templates, as they were when this was built.
  static const Templates& built_in();

  const Template& of(TemplateName name, Language language) const {
    return texts_[static_cast<std::size_t>(language)][static_cast<std::size_t>(name)];
  }
  void set(TemplateName name, Language language, Template text) {
    texts_[static_cast<std::size_t>(language)][static_cast<std::size_t>(name)] = std::move(text);
  }

  friend bool operator==(const Templates&, const Templates&) = default;

 private:
  std::array<std::array<Template, template_count>, 2> texts_;
};

struct BuiltInText {
  std::string_view name;
  std::string_view text;
};

/// The texts of alerts/templates/zh.toml and en.toml, by name.
std::span<const BuiltInText> built_in_texts(Language language);

}  // namespace foghorn
