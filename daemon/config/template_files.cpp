#include "daemon/config/template_files.hpp"

#include <algorithm>
#include <array>

#include "daemon/config/sections.hpp"
#include "daemon/config/wording.hpp"
#include "rules/complaints.hpp"

namespace foghorn {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::pair<const char*, Language>, 2> files{
    {{"zh.toml", Language::zh}, {"en.toml", Language::en}}};

void read_text(TableReader& texts, const std::string& key, Language language,
               Templates& templates) {
  const auto names = template_names();
  const auto found = std::ranges::find(names, key);
  if (found == names.end()) {
    texts.refuse(key, "there is no template " + echoed(key), instead_of(key, names, ""));
    return;
  }
  const auto written = texts.located(key);
  if (!written) return;
  const auto name = static_cast<TemplateName>(found - names.begin());
  auto read = Template::read(name, written->text);
  if (auto* text = std::get_if<Template>(&read)) {
    templates.set(name, language, std::move(*text));
    return;
  }
  const auto place = texts.place(key);
  Complaints complaints{*written, place};
  for (auto& mistake : std::get<std::vector<TemplateMistake>>(read))
    complaints.add(mistake.offset, std::move(mistake.what), std::move(mistake.remedy));
  texts.add(complaints.take());
}

}  // namespace

std::vector<Mistake> read_template_file(std::string_view toml_text, const fs::path& file,
                                        Language language, Templates& templates) {
  const SourceText source{toml_text};
  Mistakes mistakes{.source = source, .file = file.string(), .found = {}, .warnings = {}};
  toml::table root;
  try {
    root = toml::parse(toml_text);
  } catch (const toml::parse_error& error) {
    return {syntax_mistake(error, mistakes.file)};
  }
  TableReader texts{root, "", mistakes};
  for (const auto& key : texts.keys()) read_text(texts, key, language, templates);
  sort_as_written(mistakes.found);
  return std::move(mistakes.found);
}

std::shared_ptr<const Templates> read_templates(TableReader& table, const Surroundings& around) {
  constexpr std::string_view key = "templates";
  const auto folder = path_at(table, key, around);
  if (!folder) {
    table.node(key);
    return nullptr;
  }
  auto templates = std::make_shared<Templates>(Templates::built_in());
  bool any = false;
  for (const auto& [name, language] : files) {
    const auto file = *folder / name;
    std::error_code ignored;
    if (!fs::exists(file, ignored)) continue;
    any = true;
    const auto [text, trouble] = read_file(file);
    if (!trouble.empty())
      table.refuse(key, trouble, "make it readable, or remove the key");
    else
      table.add(read_template_file(text, file, language, *templates));
  }
  if (!any)
    table.refuse(key, echoed(folder->string()) + " holds neither zh.toml nor en.toml",
                 "name a folder with texts like the built-in ones, or remove the key");
  return templates;
}

}  // namespace foghorn
