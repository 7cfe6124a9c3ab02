#pragma once
// Running aggregates over (t − W, t], shared by every rule that asks for the same. O(1) amortised
// per sample.

#include "rules/extreme_window.hpp"
#include "rules/mean_window.hpp"
#include "rules/sum_window.hpp"
