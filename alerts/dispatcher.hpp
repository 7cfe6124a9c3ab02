#pragma once
// From alert events to messages that arrived: one durable commit, then one courier per channel.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "alerts/channel_spec.hpp"
#include "alerts/courier_fsm.hpp"
#include "alerts/hush.hpp"
#include "alerts/judge.hpp"
#include "alerts/refusal.hpp"
#include "alerts/routes.hpp"
#include "alerts/store_writer.hpp"
#include "net/clock.hpp"
#include "net/http_client.hpp"
#include "net/task_group.hpp"

namespace foghorn {

namespace asio = boost::asio;

struct Destination;

using Fetch = std::function<asio::awaitable<HttpAnswer>(HttpRequest, HttpOptions)>;

/// Open rows, in memory and in the store. At the bound a new row takes the place of the oldest
/// waiting rows of the lowest tier below its own, and where there are none it is dropped itself.
/// What is dropped stays listed, counted and logged.
inline constexpr std::size_t most_outbox_rows = 100'000;

/// What the dispatcher takes from the world; tests give their own.
struct DeliverySurroundings {
  std::function<Timestamp()> clock{};  ///< never goes back; empty: an ArrivalClock of its own
  std::function<double()> random{};    ///< in [0, 1); empty: the system's
  Fetch fetch{foghorn::fetch};
  /// Waits on `timer` for `wait` of the clock's time, or until the timer is cancelled; never
  /// throws. Empty: real time.
  std::function<asio::awaitable<void>(asio::steady_timer& timer, Duration wait)> sleep{};
  std::size_t most_rows{most_outbox_rows};
  Zone zone{};  ///< of times in messages; without an offset each language's own
  std::shared_ptr<const Templates> templates{};  ///< of messages; null: the built-in ones
};

/// What of it all is a config's, and may be another one's from some moment on.
struct DeliverySetup {
  std::vector<ChannelSpec> channels{};  ///< each of a known type
  Routes routes{};
  Zone zone{};                                   ///< as in DeliverySurroundings
  std::shared_ptr<const Templates> templates{};  ///< likewise
};

/// A channel, for status and metrics.
struct ChannelSnapshot {
  std::string name;
  bool circuit_open{};
  std::size_t waiting{};  ///< rows, of the outbox's bound
  std::optional<Timestamp> oldest_waiting;
  CourierCounts counts;    ///< errors at 0 for every reason there is
  std::size_t silenced{};  ///< rows that a silence holds: told if it ends before their episode
  std::size_t quiet{};     ///< likewise, of quiet_while
  bool muted{};            ///< its mute hours hold back what is not urgent
};

struct DispatcherSnapshot {
  std::vector<ChannelSnapshot> channels;  ///< in the order of the config
  std::uint64_t dropped{};                ///< rows that gave way at the outbox's bound
  std::size_t unsaved_events{};           ///< kept in memory because the store cannot commit
  std::string store_error;         ///< what is wrong, where, and what to do; empty while it commits
  StoreFailures store_failures{};  ///< commits that failed
  std::vector<Silence> silences{};  ///< those in force, by the time they were made
};

/// What an order of a person's changed in the outbox.
struct ChangedRows {
  static constexpr std::size_t most = 1'000;  ///< of one order

  std::vector<StoredMessage> rows;  ///< as they are now, oldest first
  bool more{};                      ///< there are others of this sort
};

/// A message that says it is one of a test, to one channel.
struct TestMessage {
  std::string channel{};
  Text of_rule{};  ///< the title of the rule it looks like; empty: of none
  std::optional<Tier> tier{};
};

/// Lives on the service thread's executor: all calls and all coroutines there. Commits block, and
/// may: nothing else on that thread is in a hurry.
class Dispatcher {
 public:
  /// Takes up what an earlier life left in `store`, which outlives the dispatcher. Every spec is of
  /// a known type. Throws StoreError when the store cannot be read.
  Dispatcher(asio::any_io_executor executor, Store& store, const std::vector<ChannelSpec>& channels,
             Routes routes, DeliverySurroundings surroundings = {});
  ~Dispatcher();

  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  /// Spawns the couriers, and what keeps the store in order. They run until cancelled.
  void start(TaskGroup& tasks);

  /// Takes over alert events, in order, with the rule states that follow from them: durable in one
  /// commit before anything is sent. An event whose id is known is passed over. False: the store
  /// cannot take them; they are delivered all the same, marked, and committed as soon as it can.
  /// Episodes that a cooldown held back are told with the next digest of their tier's channels.
  bool accept(std::vector<AlertEvent> events, std::vector<StoredRule> rules,
              std::vector<HeldBack> held_back = {});

  /// Puts a silence in force from now to `wish.until`; its id and `made` are given here. It is
  /// durable when this returns it. Refused: what silences.hpp says, and a store that cannot commit.
  Granted<Silence> add_silence(Silence wish);

  /// Ends the silence in force that has this id. What it held and is not over is told now.
  Granted<Silence> expire_silence(const std::string& id);

  /// Those in force, by the time they were made.
  std::vector<Silence> silences() const;

  /// Takes over what the daemon says of itself, for these channels whatever the routes say; as
  /// accept() otherwise.
  bool tell(AlertEvent event, const std::vector<std::string>& to_channels);

  /// Dead letters that `which` names (its states aside; without an id all, but for test messages)
  /// wait for their turn again, at once, and so does what their messages were to tell besides.
  /// Refused: an id whose rows are not dead, a channel that tells what is firing (which is told
  /// without any order), and a store that cannot commit.
  Granted<ChangedRows> retry(OutboxQuery which);

  /// Open rows that `which` names by their id are dropped. Refused: as above, and a row whose
  /// message is on the line.
  Granted<ChangedRows> drop(OutboxQuery which);

  /// Puts a test message into the outbox, as a notice of its own: the row, which is durable.
  /// Refused: a channel that there is not, and a store that cannot commit.
  Granted<OutboxRow> send_test(const TestMessage& test);

  /// Takes over what is no alert event: minutes, days. As accept() otherwise, without a message.
  bool keep(Commit past) { return writer_.save(std::move(past), now()); }

  /// From the next event on.
  void set_routes(Routes routes);

  /// Goes on by another config, from the next event and the next message on; what is on the line
  /// gets its answer by the old one. A channel of the same name and type keeps what waits, its
  /// quota and its circuit; one that is reached otherwise than it was is tried at once. What waits
  /// for a channel that goes stays in the store, and is taken up by one of its name that comes, as
  /// a restart would. A channel of another type goes and comes.
  void reconfigure(DeliverySetup next);

  /// Begins no more attempts and waits, at most `grace`, for those on the line. True: none is left.
  /// What waits stays in the outbox.
  asio::awaitable<bool> finish(Duration grace);

  DispatcherSnapshot snapshot() const;

  /// By the clock that silences, ages and tries go by.
  Timestamp now() const { return surroundings_.clock(); }

 private:
  struct Courier;

  Courier* courier_of(const std::string& channel);
  std::unique_ptr<Courier> make_courier(const ChannelSpec& spec);
  void take_up(const std::vector<Courier*>& couriers);
  void take_over();
  void part_with(const Courier& gone);
  void spawn(Courier& courier);
  void take_up_hush();
  void take_up_firing(Courier& courier);
  void take_in(AlertEvent event, OutboxState told_as, Timestamp at, Commit& commit);
  std::vector<std::string> channels_of(const AlertEvent& event, const Commit& commit);
  std::optional<OutboxState> why_not_told(const AlertEvent& event, const std::string& channel,
                                          Timestamp at);
  void enqueue(const AlertEvent& event, const std::string& channel, Timestamp at, Commit& commit,
               OutboxState as = OutboxState::pending);
  void queue(OutboxRow& row, const AlertEvent& event, Courier& courier, Timestamp at,
             Commit& commit);
  bool make_room(Courier& courier, const OutboxRow& row, Timestamp at, Commit& commit);
  void look_again(Timestamp at);
  void release(Timestamp at, Commit& commit);
  asio::awaitable<void> run_courier(Courier& courier);
  asio::awaitable<void> rest(Courier& courier, std::optional<Timestamp> due, Timestamp at);
  asio::awaitable<void> attempt(Courier& courier);
  asio::awaitable<Delivery> tell_events(Courier& courier, const Destination& there,
                                        const std::vector<AlertEvent>& events,
                                        const RenderOptions& options);
  asio::awaitable<Delivery> tell_firing(Courier& courier, const Destination& there,
                                        const RenderOptions& options);
  asio::awaitable<HttpAnswer> post(Courier& courier, const Destination& there,
                                   ChannelRequest message);
  asio::awaitable<void> run_keeper();
  Result<bool> forget_old();
  void tell_of_store(Timestamp at);
  void learn(Courier& courier, const CourierFsm::Outcome& outcome, Timestamp at, Commit& commit);
  std::vector<std::string> stand_ins(const std::string& channel);
  void pass_on(const AlertEvent& event, const std::string& channel, Timestamp at, Commit& commit);
  void speak(AlertEvent notice, const Courier& of, Timestamp at, Commit& commit);
  void wake_couriers();
  std::optional<Refusal> store_trouble(Timestamp at);
  Granted<std::vector<StoredMessage>> rows_of(const OutboxQuery& which);
  Granted<ChangedRows> settle_order(ChangedRows changed, Timestamp at);

  asio::any_io_executor executor_;
  Store& store_;
  StoreWriter writer_;
  Routes routes_;
  Hush hush_;
  std::uint64_t last_silence_{};  // the number in its id
  DeliverySurroundings surroundings_;
  ArrivalClock own_clock_;
  std::vector<std::unique_ptr<Courier>> couriers_;  // in the order of the config
  std::vector<std::unique_ptr<Courier>> leaving_;
  TaskGroup* tasks_{};  // start()'s
  asio::steady_timer keeper_timer_;
  asio::steady_timer idle_;  // used as a condition variable: cancelled when the last attempt ends
  std::size_t on_the_line_{};
  bool finishing_{};
  std::uint64_t dropped_{};
  bool store_down_told_{};
  std::string cannot_begin_;  // why new channels cannot, as it was logged; empty: they could
};

}  // namespace foghorn
