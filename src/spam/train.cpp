#include "spam/train.h"

namespace spam {

base::Result<Tally> train(const Mails& mails, const Learn& learn, const OnProgress& on_progress) {
    Tally tally;
    int failures = 0;
    const auto read = mails([&](std::string_view mail, int percent) -> base::Result<> {
        const auto lesson = mail.empty() ? base::Result<Lesson>(Lesson::unusable) : learn(mail);
        if (!lesson && (lesson.error().kind == base::ErrorKind::not_running || ++failures == failures_in_a_row))
            return std::unexpected(lesson.error());
        if (lesson) failures = 0;
        switch (lesson.value_or(Lesson::unusable)) {
            case Lesson::learned:
                ++tally.learned;
                break;
            case Lesson::known:
                ++tally.known;
                break;
            case Lesson::unusable:
                ++tally.unusable;
                break;
        }
        on_progress(tally, percent);
        return {};
    });
    if (!read) return std::unexpected(read.error());
    return tally;
}

}  // namespace spam
