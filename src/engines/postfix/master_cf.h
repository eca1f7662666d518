#pragma once
/// Postfix's master.cf as a value (master(5)): one service a logical line, `name type private unpriv chroot wakeup
/// maxproc command arguments…`. An operator's service replaces ours of the same name and type, or is added.
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace engines {

struct MasterService {
    std::string name;
    std::string type;                                          ///< inet, unix, unix-dgram, fifo, pass
    std::string command;                                       ///< "smtpd"
    std::vector<std::pair<std::string, std::string>> options;  ///< of -o: parameter, value
    std::string text;                                          ///< its lines as they stand in the file
    std::size_t line = 0;                                      ///< where it begins, counted from 1
    std::size_t lines = 1;                                     ///< how many physical lines it has
};

/// Every service in its order; the first mistake as "line 3: …".
base::Result<std::vector<MasterService>> parse_master_cf(std::string_view text);

/// `text` with the services of `own`: in place of ours where there is one, at the end otherwise, in their order.
std::string merge_master_cf(std::string_view text, const std::vector<MasterService>& own);

}  // namespace engines
