#include "accounts/mailbox_sizes.h"

#include <chrono>
#include <string_view>

#include "base/text.h"

namespace accounts {
namespace {

/// The octets of a message by the `,S=<size>` Dovecot writes into its name, or by asking the disk.
std::uint64_t message_octets(const Folder& folder, const std::string& name) {
    if (const auto at = name.find(",S="); at != std::string::npos) {
        const auto digits = std::string_view(name).substr(at + 3);
        if (const auto size = base::parse_number(digits.substr(0, digits.find_first_not_of("0123456789"))))
            return *size;
    }
    struct stat status{};
    if (::fstatat(folder.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return 0;
    return static_cast<std::uint64_t>(status.st_size);
}

bool is_mail_folder(std::string_view name) {
    return name == "cur" || name == "new" || name == "tmp";
}

/// Whether its flags (":2,FS") have an S.
bool is_seen(std::string_view name) {
    const auto flags = name.rfind(":2,");
    return flags != std::string_view::npos && name.substr(flags).contains('S');
}

void add_up(const Folder& maildir, MailboxSize& size, int depth) {
    if (depth > deepest_folder) return;
    maildir.for_each([&](const std::string& name, bool is_folder) {
        if (!is_folder) return;
        const Folder inner = maildir.enter(name);
        if (!inner) return;
        if (!is_mail_folder(name)) return add_up(inner, size, depth + 1);
        const bool is_inbox = depth == 0 && name != "tmp";
        inner.for_each([&](const std::string& message, bool is_inner_folder) {
            if (is_inner_folder) return;
            ++size.messages;
            size.octets += message_octets(inner, message);
            if (is_inbox && !is_seen(message)) ++size.unseen;
        });
    });
}

/// A value that changes whenever a mail comes, goes or is renamed: made of the folders and the times of their last
/// changes. `latest` becomes the last of these.
void read_state(const Folder& maildir, std::uint64_t& state, timespec& latest, int depth) {
    if (depth > deepest_folder) return;
    maildir.for_each([&](const std::string& name, bool is_folder) {
        if (!is_folder) return;
        if (!is_mail_folder(name)) {
            if (const Folder inner = maildir.enter(name)) read_state(inner, state, latest, depth + 1);
            return;
        }
        struct stat status{};
        if (::fstatat(maildir.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return;
        const auto& time = status.st_mtim;
        if (time.tv_sec > latest.tv_sec) latest = time;
        // Folders come in any order, so they are added up; what is added is spread over all bits (splitmix64).
        std::uint64_t mixed = static_cast<std::uint64_t>(status.st_ino) * 0x9e3779b97f4a7c15U +
                              static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U +
                              static_cast<std::uint64_t>(time.tv_nsec);
        mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
        state += mixed ^ (mixed >> 31U);
    });
}

}  // namespace

MailboxSize measure(const Folder& maildir) {
    MailboxSize size;
    add_up(maildir, size, 0);
    return size;
}

MailboxSize MailboxSizes::of(const base::EmailAddress& address) {
    const Folder inboxes = open_inboxes(workspace_);
    const Folder domain = inboxes ? inboxes.enter(address.domain().str()) : Folder();
    const Folder home = domain ? domain.enter(address.str()) : Folder();
    const Folder maildir = home ? home.enter("Maildir") : Folder();
    auto& known = known_[address.str()];
    known.asked = true;
    if (!maildir) return known.size = {};
    std::uint64_t state = 1;
    timespec latest{};
    // Two changes within the same tick of the clock look like one: what is that fresh is read again next time.
    const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    read_state(maildir, state, latest, 0);
    if (state == known.state) return known.size;
    known.size = measure(maildir);
    known.state = latest.tv_sec + 1 < now ? state : 0;
    return known.size;
}

void MailboxSizes::forget_others() {
    std::erase_if(known_, [](const auto& one) { return !one.second.asked; });
    for (auto& [address, known] : known_) known.asked = false;
}

}  // namespace accounts
