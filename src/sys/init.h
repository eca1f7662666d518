#pragma once
/// The duties of process 1 in a container.
#include <functional>

namespace sys {

/// As process 1: runs `work` in a child process, passes SIGTERM and SIGINT on to it, and reaps every orphan the kernel
/// hands over, so that `work` only ever meets children of its own. When the child has ended, whatever else runs in the
/// container is ended too. As any other process: just runs `work`.
/// Returns the exit code of `work`, 128 + signal number when a signal ended it.
int run_as_init(const std::function<int()>& work);

/// Blocks SIGTERM and SIGINT in this thread and those it will start, for one of them to take up by signalfd(2).
void block_stop_signals();

}  // namespace sys
