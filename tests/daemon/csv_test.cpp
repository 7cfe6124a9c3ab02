// Rows under a header: which columns come out, and where a mistake is said to stand.
#include "daemon/csv.hpp"

#include <catch2/catch_test_macros.hpp>

#include <sstream>

using namespace foghorn;

namespace {

using Rows = std::vector<std::vector<std::string>>;

/// A file's reader for the columns a and b, and c where it is there.
class Csv {
 public:
  explicit Csv(std::string text)
      : in_{std::move(text)}, opened_{CsvReader::open(in_, "f.csv", {"a", "b", "c"}, 2)} {}

  CsvReader& reader() {
    if (const auto* mistake = std::get_if<Mistake>(&opened_)) FAIL(to_line(*mistake));
    return std::get<CsvReader>(opened_);
  }
  /// The line that says why the file cannot be read.
  std::string refusal() const { return to_line(std::get<Mistake>(opened_)); }

  Rows rows() {
    Rows rows;
    while (const auto fields = reader().next()) rows.emplace_back(fields->begin(), fields->end());
    return rows;
  }

 private:
  std::istringstream in_;
  std::variant<CsvReader, Mistake> opened_;
};

Rows rows_of(std::string text) {
  return Csv{std::move(text)}.rows();
}

}  // namespace

TEST_CASE("csv: columns are handed out in the order they were asked for, wherever they stand") {
  CHECK(rows_of("c,x,b,a\n3,9,2,1\n") == Rows{{"1", "2", "3"}});
}

TEST_CASE("csv: a column that may be absent is empty") {
  Csv csv{"a,b\n1,2\n"};
  CHECK_FALSE(csv.reader().has(2));
  CHECK(csv.rows() == Rows{{"1", "2", ""}});
}

TEST_CASE("csv: quotes keep commas and spaces, and are not part of the field") {
  CHECK(rows_of("a,\"b\",c\n\"1,5\" , \" 2 \",\"\"\n") == Rows{{"1,5", " 2 ", ""}});
}

TEST_CASE("csv: spaces around a field are passed over") {
  CHECK(rows_of("a , b\n 1 ,\t2 \n") == Rows{{"1", "2", ""}});
}

TEST_CASE("csv: a byte-order mark and carriage returns are passed over") {
  CHECK(rows_of("\xEF\xBB\xBF"
                "a,b,c\r\n1,2,\"3\"\r\n") == Rows{{"1", "2", "3"}});
}

TEST_CASE("csv: blank lines are passed over, and a last line needs no end") {
  CHECK(rows_of("a,b\n\n1,2\n  \r\n3,4") == Rows{{"1", "2", ""}, {"3", "4", ""}});
}

TEST_CASE("csv: a row may be shorter than its header") {
  CHECK(rows_of("a,b,c\n1\n") == Rows{{"1", "", ""}});
}

TEST_CASE("csv: an empty file is told to begin with a header") {
  CHECK(Csv{""}.refusal() == "f.csv:1:1: the file is empty; begin it with a header: a,b[,c]");
}

TEST_CASE("csv: a header without a required column is named with what it lacks") {
  CHECK(Csv{"a,c\n"}.refusal() ==
        R"(f.csv:1:1: the header names no column "b"; begin the file with: a,b[,c])");
}

TEST_CASE("csv: a mistake stands at its field's first letter") {
  Csv csv{"a,b\n\n1, xyz\n"};
  csv.reader().next();
  CHECK(to_line(csv.reader().mistake(1, "wrong", "write 2")) == "f.csv:3:4: b: wrong; write 2");
}

TEST_CASE("csv: a mistake in an empty field stands where the field would") {
  Csv csv{"a,b,c\n1,,3\n1,\n1\n"};
  csv.reader().next();
  CHECK(csv.reader().mistake(1, "", "").column == 3);
  csv.reader().next();
  CHECK(csv.reader().mistake(1, "", "").column == 3);
  csv.reader().next();
  CHECK(csv.reader().mistake(1, "", "").column == 2);
}

TEST_CASE("csv: rows of a file of any length come out whole, wherever its reads end") {
  std::string text = "a,b\n";
  Rows expected;
  for (int i = 0; text.size() < 700'000; ++i) {
    expected.push_back({std::to_string(i), std::string(static_cast<std::size_t>(i % 97), 'x'), ""});
    text += expected.back()[0] + "," + expected.back()[1] + (i % 3 == 0 ? "\r\n" : "\n");
  }
  CHECK(rows_of(text) == expected);
  text.pop_back();  // the last line has no end
  CHECK(rows_of(text) == expected);
}

TEST_CASE("csv: a line longer than one read comes out whole") {
  const std::string wide(600'000, 'x');
  CHECK(rows_of("a,b\n1," + wide + "\n2,y") == Rows{{"1", wide, ""}, {"2", "y", ""}});
}
