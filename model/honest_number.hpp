#pragma once
// Numbers as text that claim no more than the number: what did not reach a round number is not
// printed as one, and a lower bound is cut, never rounded up.

#include <cstdint>
#include <string>

namespace foghorn {

/// Which way what has no room is dropped: nearest, or toward what a lower (upper) bound may say.
enum class Rounding : std::uint8_t { nearest, down, up };

/// "1,234,567.89" from 1234567.89 with two decimals; rounded.
std::string grouped(double number, int decimals);

/// Towards zero at so many decimals, forgiving the last bits of arithmetic.
double cut(double number, int decimals);

/// The distance of round numbers at this price: 1,000 at 78,012; 100 at 4,830; 1 at 85.9.
double round_step(double price);

/// "85.91", "78,012", "0.0712", "0.00000712"; "77,999.6" where no decimals would make it 78,000.
std::string price_number(double price, Rounding rounding = Rounding::nearest);

/// A ratio in per cent with two decimals, without a sign: 0.109372 is "10.94", 0.09996 "9.996".
/// `down`: "9.99".
std::string percent_number(double ratio, Rounding rounding = Rounding::nearest);

}  // namespace foghorn
