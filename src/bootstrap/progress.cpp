#include "bootstrap/progress.h"

#include <fcntl.h>
#include <unistd.h>

#include <format>

#include "base/log.h"
#include "base/text.h"
#include "json/json.h"
#include "sys/files.h"

namespace bootstrap {
namespace {

constexpr std::string_view names[] = {"done", "failed", "note", "ready"};

std::string_view name_of(ProgressKind kind) {
    return names[static_cast<std::size_t>(kind)];
}

}  // namespace

std::string to_line(const ProgressEvent& event) {
    return json::dump(json::object(
        {{"kind", name_of(event.kind)}, {"elapsed", event.elapsed}, {"phase", event.phase}, {"detail", event.detail}}));
}

std::optional<ProgressEvent> from_line(std::string_view line) {
    const auto value = json::parse(line);
    if (!value) return std::nullopt;
    for (std::size_t i = 0; i < std::size(names); ++i)
        if ((*value)["kind"].text() == names[i])
            return ProgressEvent{.kind = static_cast<ProgressKind>(i),
                                 .elapsed = (*value)["elapsed"].real(),
                                 .phase = (*value)["phase"].text(),
                                 .detail = (*value)["detail"].text()};
    return std::nullopt;
}

std::string for_people(const ProgressEvent& event) {
    const auto line = [&](std::string_view mark) {
        return std::format("  {} {:5.1f} s  {}{}{}", mark, event.elapsed, event.phase, event.detail.empty() ? "" : ": ",
                           event.detail);
    };
    switch (event.kind) {
        case ProgressKind::done:
            return line("✔");
        case ProgressKind::failed:
            return line("✘");
        case ProgressKind::note:
            return line("·");
        case ProgressKind::ready:
            return std::format("  ✔ {:5.1f} s  ready", event.elapsed);
    }
    return {};
}

Progress::Progress(std::filesystem::path file) : file_(std::move(file)) {
    // A file of an earlier start of this container would be taken for this one's.
    if (const auto made = sys::write_file(file_, "", {.mode = 0600, .owner = {}}); !made)
        base::log("bootstrap", made.error().text);
}

void Progress::report(ProgressKind kind, std::string_view phase, std::string_view detail) const {
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - started_;
    const ProgressEvent event{
        .kind = kind, .elapsed = elapsed.count(), .phase = std::string(phase), .detail = std::string(detail)};
    base::log("bootstrap", std::string(base::trim(for_people(event))));
    const std::string line = to_line(event) + "\n";
    const int file = ::open(file_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    if (file < 0) return;
    // One write, so that a reader sees whole lines; a short one (disk full) only costs this line.
    [[maybe_unused]] const auto written = ::write(file, line.data(), line.size());
    ::close(file);
}

}  // namespace bootstrap
