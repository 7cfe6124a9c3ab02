#include "alerts/channels/templates.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <stdexcept>

#include "model/nearest.hpp"

namespace foghorn {
namespace {

constexpr std::array<std::string_view, template_count> names{
    "fire",      "escalate", "resolve", "no_data", "data_back", "unconfirmed",
    "confirmed", "notice",   "earlier", "total",   "catch_up",  "listed"};

constexpr std::array<std::string_view, 25> placeholders{
    "tier",    "title",   "kind",   "id",       "marks", "value",       "brief",
    "sigma",   "extreme", "closed", "coverage", "price", "probability", "sources",
    "reason",  "time",    "when",   "elapsed",  "name",  "instrument",  "rule",
    "episode", "count",   "late",   "zone"};

/// A line that names events has room for their titles, not for a speech.
constexpr std::size_t most_words = 200;

bool is_total(TemplateName name) {
  return name == TemplateName::total || name == TemplateName::catch_up;
}

}  // namespace

std::span<const std::string_view> template_names() {
  return names;
}

std::span<const std::string_view> placeholder_names() {
  return placeholders;
}

bool allowed(TemplateName name, Placeholder placeholder) {
  const bool of_digest = placeholder == Placeholder::count || placeholder == Placeholder::late ||
                         placeholder == Placeholder::zone;
  return placeholder == Placeholder::marks || of_digest == is_total(name);
}

bool required(TemplateName name, Placeholder placeholder) {
  switch (placeholder) {
    case Placeholder::tier:
    case Placeholder::title:
    case Placeholder::kind:
    case Placeholder::id: return !is_total(name);
    case Placeholder::marks: return name != TemplateName::earlier;
    case Placeholder::count:
    case Placeholder::late: return is_total(name);
    default: return false;
  }
}

/// One text, from its first byte to its last.
class TemplateReader {
 public:
  TemplateReader(TemplateName name, std::string_view text) : name_{name}, text_{text} {}

  std::variant<Template, std::vector<TemplateMistake>> read() {
    while (at_ < text_.size()) read_line();
    check_whole();
    if (!mistakes_.empty()) return std::move(mistakes_);
    return std::move(template_);
  }

 private:
  using Line = std::vector<Template::Piece>;

  void read_line() {
    const auto line_end = std::min(text_.find('\n', at_), text_.size());
    const bool returned = line_end > at_ && text_[line_end - 1] == '\r';
    const auto end = returned ? line_end - 1 : line_end;
    Line line;
    std::size_t part = 0;    // the open one; 0: none
    std::size_t opened = 0;  // where it was
    while (at_ < end) {
      const auto rest = text_.substr(at_, end - at_);
      if (part == 0 && rest.starts_with("[[")) {
        part = ++parts_;
        opened = at_;
        at_ += 2;
      } else if (part > 0 && closes(rest)) {
        if (!holds_placeholder(line, part))
          refuse(opened, "this part holds no placeholder, so nothing would ever leave it out",
                 "remove its [[ and ]]");
        part = 0;
        at_ += 2;
      } else if (rest.front() == '{') {
        read_placeholder(rest, part, line);
      } else {
        auto words = rest.substr(0, 1);
        while (words.size() < rest.size() && !starts_something(rest.substr(words.size()), part))
          words = rest.substr(0, words.size() + 1);
        line.push_back({.words = std::string{words}, .placeholder = {}, .part = part});
        at_ += words.size();
      }
    }
    if (part > 0) refuse(opened, "this part is not closed on its line", "close it with ]]");
    at_ = line_end + 1;
    if (!line.empty()) template_.lines_.push_back(std::move(line));
  }

  static bool holds_placeholder(const Line& line, std::size_t part) {
    return std::ranges::any_of(
        line, [part](const auto& piece) { return piece.part == part && piece.placeholder; });
  }

  /// The last two of a row of brackets: "[[[{tier}]]]" is a part with brackets of its own.
  static bool closes(std::string_view rest) {
    return rest.starts_with("]]") && !rest.starts_with("]]]");
  }

  static bool starts_something(std::string_view rest, std::size_t part) {
    return rest.front() == '{' || (part == 0 ? rest.starts_with("[[") : closes(rest));
  }

  void read_placeholder(std::string_view rest, std::size_t part, Line& line) {
    const auto close = rest.find('}');
    if (close == rest.npos) {
      refuse(at_, "this { is not closed on its line", "write {title}, or another placeholder");
      at_ += rest.size();
      return;
    }
    const auto word = rest.substr(1, close - 1);
    const auto found = std::ranges::find(placeholders, word);
    const auto placeholder = static_cast<Placeholder>(found - placeholders.begin());
    const bool known = found != placeholders.end();
    if (!known || !allowed(name_, placeholder)) refuse_word(word, known);
    // One that is refused still counts as one: its mistake is told once.
    line.push_back({.words = {}, .placeholder = placeholder, .part = part});
    at_ += close + 1;
  }

  void refuse_word(std::string_view word, bool known) {
    std::vector<std::string_view> fit;
    for (std::size_t i = 0; i < placeholders.size(); ++i)
      if (allowed(name_, static_cast<Placeholder>(i))) fit.push_back(placeholders[i]);
    const auto near = known ? std::string_view{} : nearest(word, fit);
    const auto what = known ? fmt::format("{{{}}} has no place in this template", word)
                            : fmt::format("there is no placeholder {{{}}}", word);
    refuse(at_, what,
           near.empty() ? fmt::format("write one of {{{}}}", fmt::join(fit, "}, {"))
                        : fmt::format("did you mean {{{}}}?", near));
  }

  void check_whole() {
    if (template_.lines_.empty()) {
      refuse(0, "this template is empty", "write its lines, or remove it: the built-in one stands");
      return;
    }
    const bool many = name_ < TemplateName::earlier;
    if (!many && template_.lines_.size() > 1)
      refuse(0, "this template has one line", "write it as one");
    const auto& first = template_.lines_.front();
    for (std::size_t i = 0; i < placeholders.size(); ++i) {
      const auto wanted = static_cast<Placeholder>(i);
      if (required(name_, wanted) && std::ranges::none_of(first, [wanted](const auto& piece) {
            return piece.placeholder == wanted;
          }))
        refuse(0, fmt::format("the first line has no {{{}}}", placeholders[i]),
               "every message says it there: add it");
    }
    std::size_t words = 0;
    for (const auto& piece : first) words += piece.words.size();
    if (words > most_words)
      refuse(0, fmt::format("the first line's own words have {} bytes", words),
             fmt::format("write at most {}: it has to fit every platform", most_words));
  }

  void refuse(std::size_t offset, std::string what, std::string remedy) {
    mistakes_.push_back({offset, std::move(what), std::move(remedy)});
  }

  TemplateName name_;
  std::string_view text_;
  std::size_t at_{};
  std::size_t parts_{};
  Template template_;
  std::vector<TemplateMistake> mistakes_;
};

std::variant<Template, std::vector<TemplateMistake>> Template::read(TemplateName name,
                                                                    std::string_view text) {
  return TemplateReader{name, text}.read();
}

std::string Template::line(std::size_t number, const Filling& fill) const {
  struct Filled {
    std::string text;
    bool asked{};  ///< it holds a placeholder
    bool said{};   ///< that was not empty
  };
  std::string out;
  Filled part;
  std::size_t open = 0;
  bool asked = false;
  bool said = false;
  const auto close = [&] {
    if (part.said || !part.asked) out += part.text;
    part = {};
  };
  for (const auto& piece : lines_[number]) {
    if (piece.part != open) close();
    open = piece.part;
    const auto text = piece.placeholder ? fill(*piece.placeholder) : piece.words;
    if (piece.placeholder) {
      part.asked = asked = true;
      part.said = part.said || !text.empty();
      said = said || !text.empty();
    }
    if (open == 0) {
      out += text;
      part = {};
    } else {
      part.text += text;
    }
  }
  close();
  return said || !asked ? out : std::string{};
}

const Templates& Templates::built_in() {
  static const Templates templates = [] {
    Templates made;
    for (const auto language : {Language::zh, Language::en})
      for (const auto& [name, text] : built_in_texts(language)) {
        const auto which =
            static_cast<TemplateName>(std::ranges::find(names, name) - names.begin());
        auto read = Template::read(which, text);
        if (const auto* mistakes = std::get_if<std::vector<TemplateMistake>>(&read))
          throw std::logic_error{fmt::format("template {}: {}", name, mistakes->front().what)};
        made.set(which, language, std::get<Template>(std::move(read)));
      }
    return made;
  }();
  return templates;
}

}  // namespace foghorn
