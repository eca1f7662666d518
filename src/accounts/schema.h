#pragma once
/// The tables of the accounts file and the views that the engines read. A step, once released, stays as it is: a server
/// of any earlier version is brought up to date by the steps it has not taken.
#include <span>
#include <string_view>

namespace accounts {

/// The argument of db::Database::migrate().
std::span<const std::string_view> schema();

}  // namespace accounts
