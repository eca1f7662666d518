#pragma once
/// Teaching the filter a whole folder. Mail it knows already is passed over, so a training that was broken off goes on
/// where it was when it is started again.
#include <cstdint>
#include <functional>

#include "base/error.h"
#include "spam/filter.h"
#include "spam/mail_folder.h"

namespace spam {

struct Tally {
    std::uint64_t learned = 0;
    std::uint64_t known = 0;
    std::uint64_t unusable = 0;
    std::uint64_t all() const { return learned + known + unusable; }
    bool operator==(const Tally&) const = default;
};

/// The mails of a folder, bound to their reader: `[&](const TakeMail& take) { return for_each_mail(path, take); }`.
using Mails = std::function<base::Result<>(const TakeMail& take)>;

/// What is learned of one mail.
using Learn = std::function<base::Result<Lesson>(std::string_view mail)>;

/// Called after every mail; `percent` as in TakeMail.
using OnProgress = std::function<void(const Tally& so_far, int percent)>;

/// The filter answers a mail it stumbles over like trouble of its own, so a few failures count as unusable mails; this
/// many in a row end the training with the last one's reason, as does a filter that does not run.
constexpr int failures_in_a_row = 5;

base::Result<Tally> train(const Mails& mails, const Learn& learn, const OnProgress& on_progress);

}  // namespace spam
