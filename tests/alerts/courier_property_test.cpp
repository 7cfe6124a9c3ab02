// The FSM against the obvious account of what it was given, under platforms that do as they like: a
// quota that is shortened, answers of all kinds, time that jumps, and lives that end at any moment.

#include <catch2/generators/catch_generators_range.hpp>

#include <map>
#include <optional>
#include <random>
#include <set>

#include "tests/alerts/courier_rig.hpp"

using namespace foghorn;
using namespace foghorn::test;
using namespace std::chrono_literals;

namespace {

/// What is committed, as a store would keep it.
struct Committed {
  std::vector<std::string> order;  ///< of rows
  std::map<std::string, StoredMessage> rows;
  std::vector<Timestamp> sends;
  Timestamp silent_until{no_time};

  void add(const OutboxRow& row, const AlertEvent& event) {
    order.push_back(row.id);
    rows[row.id] = {row, event};
  }

  void apply(const Commit& commit) {
    for (const auto& row : commit.changed_rows) rows.at(row.id).row = row;
    for (const auto& send : commit.sends) sends.push_back(send.time);
    for (const auto& hold : commit.holds) silent_until = hold.until;
  }

  /// As Store::waiting() has it.
  std::vector<StoredMessage> waiting() const {
    std::vector<StoredMessage> found;
    for (const auto& id : order) {
      const auto& message = rows.at(id);
      const auto carrier = rows.find(message.row.told_by);
      if (open(message.row.state) || (carrier != rows.end() && open(carrier->second.row.state)))
        found.push_back(message);
    }
    return found;
  }
};

class World {
 public:
  World(unsigned seed, Telling telling) : random_{seed}, telling_{telling} { begin_life(); }

  /// One thing happens.
  void step() {
    switch (pick(10)) {
      case 0:
      case 1:
      case 2: something_fires(); break;
      case 3: now_ += pick(40) * 1s; break;
      case 4:
        if (pick(10) == 0) now_ += pick(200) * 1min;
        break;
      case 5:
        if (pick(4) == 0) begin_life();
        break;
      default: attempt(pick(3) > 0);
    }
  }

  /// The platform is well, and everything gets its turn.
  void calm_down() {
    for (int i = 0; i < 2000 && fsm_->next(now_); ++i) attempt(false);
  }

  void check() const {
    for (const auto& [id, message] : stored_.rows) {
      CAPTURE(id, to_text(message.row.state));
      const auto& row = message.row;
      const bool told = told_.contains(row.event);
      switch (row.state) {
        case OutboxState::delivered: CHECK(told); break;
        case OutboxState::replaced:
          CHECK(told);
          CHECK(stored_.rows.at(row.told_by).row.state == OutboxState::delivered);
          break;
        case OutboxState::refused: CHECK(poisoned_.contains(row.event)); break;
        case OutboxState::unknown: CHECK(row.unknowns >= 2); break;
        default: CHECK(row.state == OutboxState::for_digest);
      }
    }
    for (const auto& [event, times] : told_) {
      CAPTURE(event);
      CHECK((times == 1 || doubtful_.contains(event)));
    }
  }

 private:
  unsigned pick(unsigned below) { return static_cast<unsigned>(random_()) % below; }

  void begin_life() {
    // What was on the line may have arrived, and nobody here knows.
    for (const auto& id : on_the_line_) doubtful_.insert(id);
    if (!on_the_line_.empty() && pick(2) == 0) tell(on_the_line_);
    on_the_line_.clear();
    std::vector<Timestamp> sends = stored_.sends;
    fsm_.emplace(
        CourierSetup{.channel = "desk",
                     .quota = {.sends = 4, .reserve = 1, .window = 20s, .penalty = 5s},
                     .telling = telling_,
                     .random = [this] { return pick(1000) / 1000.0; },
                     .fits =
                         [](std::span<const AlertEvent> events, const RenderOptions& options) {
                           return std::min<std::size_t>(events.size(),
                                                        options.form == Form::alert ? 2 : 5);
                         },
                     .muted = mute_clock({.from = 3h, .to = 4h}, [](Timestamp) { return 0h; })},
        sends, now_, stored_.silent_until);
    Commit changed;
    for (auto& message : stored_.waiting())
      if (auto row = fsm_->restore(std::move(message), now_))
        changed.changed_rows.push_back(*std::move(row));
    stored_.apply(changed);
  }

  void something_fires() {
    const auto tier = static_cast<Tier>(pick(3));
    auto event = oil(AlertKind::escalate, "e" + std::to_string(made_++), tier);
    event.episode = pick(3) == 0 ? "" : "E" + std::to_string(pick(5));
    event.time = pick(3) == 0 ? last_time_ : now_;
    last_time_ = event.time;
    auto row = CourierRig::row_of(event, now_);
    if (telling_ == Telling::together && pick(12) == 0) row.state = OutboxState::for_digest;
    if (pick(25) == 0) poisoned_.insert(event.id);
    stored_.add(row, event);
    fsm_->add(row, event);
  }

  void attempt(bool may_misbehave) {
    const auto due = fsm_->next(now_);
    if (!due) return;
    if (may_misbehave && *due - now_ > 30s && pick(2) == 0) return;
    now_ = std::max(now_, *due);
    auto attempt = fsm_->begin(now_);
    CHECK(now_ >= forbidden_until_);
    stored_.apply(attempt.commit);
    on_the_line_ = ids(attempt);
    REQUIRE_FALSE(on_the_line_.empty());
    CHECK((telling_ == Telling::together || on_the_line_.size() == 1));
    for (const auto& id : on_the_line_) {
      CHECK((!doubtful_.contains(id) || attempt.options.maybe_repeated || !told_.contains(id)));
      if (told_.contains(id)) CHECK(attempt.options.maybe_repeated);
    }
    if (may_misbehave && pick(12) == 0) return begin_life();
    if (may_misbehave) now_ += pick(5) * 1s;
    const auto delivery = answer(may_misbehave);
    stored_.apply(fsm_->end(now_, delivery).commit);
    on_the_line_.clear();
  }

  Delivery answer(bool may_misbehave) {
    const bool poison = std::ranges::any_of(
        on_the_line_, [this](const std::string& id) { return poisoned_.contains(id); });
    if (may_misbehave) {
      switch (pick(12)) {
        case 0: return broken;
        case 1: return forbid({.verdict = Delivery::Verdict::retry, .asked_wait = 7s});
        case 2:
          for (const auto& id : on_the_line_) doubtful_.insert(id);
          if (!poison && pick(2) == 0) tell(on_the_line_);
          return no_answer;
        case 3: forbidden_until_ = now_ + 5s; return full;
        case 4: return dead_key;
        case 5:
          if (on_the_line_.size() > 1) return too_long;
          break;
        default: break;
      }
    }
    if (poison) return refused_it;
    tell(on_the_line_);
    return arrived;
  }

  Delivery forbid(Delivery delivery) {
    forbidden_until_ = now_ + delivery.asked_wait;
    return delivery;
  }

  /// The reader has it now.
  void tell(const Ids& events) {
    for (const auto& id : events) {
      ++told_[id];
      const auto& message = stored_.rows.at(outbox_id(id, "desk"));
      if (message.event.episode.empty() || message.row.state == OutboxState::for_digest) continue;
      auto& last = last_told_[message.event.episode];
      const auto number = std::stoi(id.substr(1));
      CHECK((number > last || told_[id] > 1));
      last = std::max(last, number);
    }
  }

  std::mt19937 random_;
  Telling telling_;
  Timestamp now_{at(2h)};
  Timestamp last_time_{now_};
  Timestamp forbidden_until_{no_time};
  int made_{1};
  Committed stored_;
  std::optional<CourierFsm> fsm_;
  Ids on_the_line_;
  std::set<std::string> poisoned_;
  std::set<std::string> doubtful_;
  std::map<std::string, int> told_;
  std::map<std::string, int> last_told_;
};

}  // namespace

TEST_CASE(
    "whatever platforms and crashes do, every event is told, in order, and again only where it "
    "was in doubt") {
  const auto telling = GENERATE(Telling::together, Telling::one_by_one);
  const auto seed = GENERATE(range(0U, 60U));
  CAPTURE(seed, telling == Telling::together);
  World world{seed, telling};
  for (int i = 0; i < 300; ++i) world.step();
  world.calm_down();
  world.check();
}
