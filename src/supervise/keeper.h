#pragma once
/// One running service with all the processes it ever made. Between the supervisor and the program stands a small
/// *keeper* process: orphans of the program become the keeper's children (PR_SET_CHILD_SUBREAPER), and when the
/// program's main process has ended, the keeper kills what is left of it before it ends itself. So when a service is
/// reported as ended, no process of it still holds a port or a lock. When the supervisor dies, the keeper does the
/// same.
#include <sys/types.h>

#include <optional>

#include "base/error.h"
#include "supervise/service.h"
#include "sys/fd.h"

namespace supervise {

struct Running {
    pid_t keeper = -1;
    pid_t program = 0;    ///< the service's main process; 0 when the keeper could not make it
    sys::UniqueFd ended;  ///< pidfd of the keeper: readable when nothing of the service is left
    sys::UniqueFd log;    ///< what the service writes to stdout and stderr; non-blocking
};

/// Starts the service. A program that cannot be executed ends at once with exit code 127.
base::Result<Running> start(const Service& service);

/// Sends the service's stop signal to its main process.
void terminate(const Running& running);

/// SIGKILL to every process of the service.
void kill_all(const Running& running);

/// The main process's exit code (128 + signal number) once nothing of the service is left; nothing before.
std::optional<int> reap(const Running& running);

}  // namespace supervise
