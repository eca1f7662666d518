#pragma once
/// The groups of the table of settings, one function a group; table.cpp puts them in order.
#include <span>
#include <utility>

#include "settings/table.h"

namespace settings {

std::span<const Row> required_rows();
std::span<const Row> domain_rows();
std::span<const Row> mailbox_rows();
std::span<const Row> directory_rows();
std::span<const Row> certificate_rows();
std::span<const Row> network_rows();
std::span<const Row> search_rows();
std::span<const Row> filter_rows();
std::span<const Row> virus_rows();
std::span<const Row> outbound_rows();
std::span<const Row> backup_rows();
std::span<const Row> monitoring_rows();

/// Puts a parsed value into its member, or hands the reason on.
template <class Member, class Value>
base::Result<> into(Member& member, base::Result<Value> value) {
    if (!value) return std::unexpected(std::move(value.error()));
    member = Member(std::move(*value));
    return {};
}

}  // namespace settings
