#include "feeds/listener.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <utility>
#include <variant>

#include "net/with_timeout.hpp"

namespace foghorn {
namespace {

// A venue that pings us faster than it reads our answers gets no more of them.
constexpr std::size_t most_outgoing = 64;

/// What is raced must not throw: turns a failure, cancellation among them, into a result.
asio::awaitable<Result<void>> quietly(asio::awaitable<Result<void>> operation) {
  try {
    co_return co_await std::move(operation);
  } catch (const boost::system::system_error& failure) {
    co_return failure.code();
  }
}

}  // namespace

Listener::Listener(asio::any_io_executor executor, SessionContext& context, WsStream& stream)
    : context_{context},
      stream_{stream},
      decoder_{context.venue.make_decoder(context.sources, context.contracts, context.request)},
      wake_{std::move(executor)} {}

asio::awaitable<Result<void>> Listener::subscribe() {
  const auto now = context_.clock.now();
  context_.streams.subscribed(now);
  for (std::size_t i = 0; i < context_.streams.streams().size(); ++i) {
    forget(i);
    begin(i, now);
  }
  for (const auto& text : context_.connection.subscribe) {
    const auto sent = co_await send(text);
    if (!sent) co_return sent.error();
  }
  co_return Result<void>{};
}

asio::awaitable<Result<void>> Listener::listen() {
  using namespace asio::experimental::awaitable_operators;

  const auto ended = co_await (quietly(read()) || quietly(write()) || quietly(watch()));
  co_return std::visit([](const Result<void>& result) { return result; }, ended);
}

asio::awaitable<Result<void>> Listener::read() {
  for (;;) {
    const auto batch = co_await stream_.read();
    if (!batch) co_return batch.error();
    const auto arrival = context_.clock.now();  // the one place where arrival is stamped
    for (const auto& frame : *batch) take(frame, arrival);
  }
}

/// The market thread's hot path: no allocation, no lock, no log line, no timer.
void Listener::take(const Frame& frame, Timestamp arrival) {
  context_.streams.frame(arrival);
  if (frame.kind == Frame::Kind::ping || frame.kind == Frame::Kind::pong) {
    context_.intake.take(FrameClass::control, {}, arrival);
    return;
  }
  events_.clear();
  const auto report = decoder_->decode(frame, events_);
  context_.intake.take(report.frame_class, events_, arrival);
  if (report.frame_class == FrameClass::data) {
    if (!context_.streams.has_data()) context_.journal.live();
    const bool event_clock = context_.intake.clock() == EngineClock::events;
    context_.streams.data(report.stream, events_, arrival, event_clock);
  }
  if (report.frame_class == FrameClass::control) control(report, arrival);
  if (!report.reply.empty()) queue(report.reply);
}

void Listener::control(const FrameReport& report, Timestamp arrival) {
  if (report.control == ControlKind::ack) {
    for (const auto i : context_.streams.acknowledged(report.subject, arrival)) begin(i, arrival);
  }
  if (report.control == ControlKind::error) {
    const auto concerned = context_.streams.refused(report.subject);
    if (concerned.empty()) context_.journal.refused_unknown(report.subject, report.text, arrival);
    for (const auto i : concerned) {
      const auto& stream = context_.streams.streams()[i];
      context_.journal.refused(stream.name, report.text);
      if (stream.kind == StreamKind::liquidations)
        context_.liquidations_refused(stream, true, arrival);
    }
  }
}

/// What a price was before this connection is not shown to be alive by what comes on it.
void Listener::forget(std::size_t i) {
  if (context_.streams.streams()[i].kind == StreamKind::liquidations) return;
  if (const auto source = context_.streams.source(i)) context_.intake.forget(*source);
}

/// Of liquidations, what happened before `arrival` is history: before the subscription was sent,
/// and once that is acknowledged, before the acknowledgement.
void Listener::begin(std::size_t i, Timestamp arrival) {
  const auto& stream = context_.streams.streams()[i];
  if (stream.kind != StreamKind::liquidations) return;
  if (const auto source = context_.streams.source(i)) {
    context_.intake.liquidations_since(*source, arrival);
  } else {
    context_.intake.all_liquidations_since(arrival);
  }
  if (context_.streams.is_acknowledged(i)) context_.liquidations_seen(stream, true, arrival);
}

void Listener::queue(std::string_view text) {
  if (outgoing_.size() >= most_outgoing) return;
  outgoing_.emplace_back(text);
  wake_.cancel();
}

/// The only one that writes once the subscriptions are out: answers at once, and what keeps the
/// connection open.
asio::awaitable<Result<void>> Listener::write() {
  using Clock = asio::steady_timer::clock_type;

  const auto keep_alive = context_.venue.keep_alive();
  auto due = keep_alive.text.empty() ? Clock::time_point::max() : Clock::now() + keep_alive.every;
  for (;;) {
    while (!outgoing_.empty()) {
      auto text = std::move(outgoing_.front());
      outgoing_.pop_front();
      const auto sent = co_await send(std::move(text));
      if (!sent) co_return sent.error();
    }
    wake_.expires_at(due);
    boost::system::error_code woken;  // by queue(), or by our own end, which the next await notices
    co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    if (Clock::now() < due) continue;
    due = Clock::now() + keep_alive.every;
    queue(keep_alive.text);
  }
}

asio::awaitable<Result<void>> Listener::send(std::string text) {
  co_return co_await with_timeout(quietly(stream_.write(std::move(text))),
                                  context_.policy.write_limit);
}

asio::awaitable<Result<void>> Listener::watch() {
  asio::steady_timer timer{co_await asio::this_coro::executor};
  for (;;) {
    timer.expires_after(context_.policy.watch_every);
    co_await timer.async_wait(asio::use_awaitable);
    switch (context_.streams.judge(context_.clock.now())) {
      case StreamTable::Verdict::good: break;
      case StreamTable::Verdict::silent: co_return Errc::silent;
      case StreamTable::Verdict::refused: co_return Errc::refused;
    }
  }
}

}  // namespace foghorn
