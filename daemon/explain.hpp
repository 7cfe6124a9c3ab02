#pragma once
// `foghorn explain`: asks the running daemon for a rule's truth now.

#include <ostream>
#include <string>

namespace foghorn {

/// `http`: where the daemon listens, "127.0.0.1:9464". What it says goes to `out`. 1, after a line
/// on `log`, where no daemon answers or it knows no such rule.
int run_explain(const std::string& http, const std::string& rule, bool as_json, std::ostream& out,
                std::ostream& log);

}  // namespace foghorn
