#include "moving/mail_import.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <format>

#include "base/text.h"
#include "crypto/digest.h"
#include "moving/mbox_mail.h"
#include "spam/mbox.h"

namespace moving {
namespace {

/// More than any server takes.
constexpr std::size_t largest_mail = 512 * 1024 * 1024;
constexpr std::size_t most_findings = 100;

/// Why a file is no mail as this server reads it; empty when it is one.
std::string_view strange_form(const OpenFile& mail) {
    if (mail.size == 0) return "it is empty";
    char start[12] = {};
    const auto got = ::pread(mail.descriptor.get(), start, sizeof start, 0);
    const std::string_view begin(start, got > 0 ? static_cast<std::size_t>(got) : 0);
    if (begin.starts_with("CRYPTED\x03\x07")) return "it is encrypted (mail_crypt); decrypt it there first";
    for (const std::string_view magic : {"\x1f\x8b", "BZh", "\x28\xb5\x2f\xfd", "\xfd\x37zXZ", "Dovecot-LZ4"})
        if (begin.starts_with(magic)) return "it is compressed (zlib plugin); unpack it there first";
    return {};
}

/// The letters of keywords as the folder here has them.
std::string translate(const std::string& letters, const std::map<char, std::string>& from,
                      const std::map<char, std::string>& to) {
    std::string translated;
    for (const char letter : letters) {
        const auto name = from.find(letter);
        if (name == from.end()) continue;
        for (const auto& [here, word] : to)
            if (word == name->second) translated += here;
    }
    std::ranges::sort(translated);
    return translated;
}

}  // namespace

bool is_maildir(const Folder& folder) {
    return folder && (folder.enter("cur") || folder.enter("new"));
}

std::uint64_t count_mails(const Folder& maildir, bool folders) {
    std::uint64_t count = 0;
    for (const char* part : {"cur", "new"})
        if (const Folder inner = maildir.enter(part)) count += files_in(inner).size();
    if (!folders) return count;
    for (const auto& name : folders_in(maildir))
        if (const Folder inner = name.starts_with('.') ? maildir.enter(name) : Folder())
            count += count_mails(inner, false);
    return count;
}

void MailImport::refuse(std::string what, std::string why) {
    ++tally.refused;
    if (findings.size() < most_findings) findings.push_back({std::move(what), std::move(why)});
}

base::Result<FolderWriter> MailImport::open(const FolderName& target) {
    auto path = path_of(target, style);
    if (!path) return std::unexpected(path.error());
    return FolderWriter::open(maildir, {.account = account, .folder = shown(target), .path = *path, .owner = owner},
                              ledger);
}

base::Result<> MailImport::one_folder(const Folder& source, const FolderName& target, const std::string& shown_source) {
    auto writer = open(target);
    if (!writer) return std::unexpected(writer.error());
    auto keywords = parse_keywords(read_text(source, "dovecot-keywords", 64 * 1024).value_or(""));
    auto keywords_here = parse_keywords(writer->read_beside("dovecot-keywords"));
    if (writer->is_fresh()) {
        // Before the mails: Dovecot would number what it finds without a list.
        const auto uids = read_text(source, "dovecot-uidlist", 256 * 1024 * 1024).value_or("");
        if (is_good_uidlist(uids))
            if (const auto written = writer->write_beside("dovecot-uidlist", uids); !written) return written;
        if (keywords_here.empty() && !keywords.empty()) {
            if (const auto written = writer->write_beside("dovecot-keywords", keywords_text(keywords)); !written)
                return written;
            keywords_here = keywords;
        }
    }
    for (const bool is_new : {false, true}) {
        const Folder part = source.enter(is_new ? "new" : "cur");
        if (!part) continue;
        for (const auto& file : files_in(part)) {
            const auto shown_mail =
                std::format("{}/{}/{}", shown_source, is_new ? "new" : "cur", base::printable(file, 200));
            auto name = parse_mail_name(file);
            if (!name) {
                // Hidden files are no mails, by the Maildir's own rules.
                if (!file.starts_with('.')) refuse(shown_mail, "it has no name a mail can have");
                continue;
            }
            on_mail();
            const auto mail = open_file(part, file);
            if (!mail) {
                refuse(shown_mail, mail.error().text);
                continue;
            }
            if (const auto strange = strange_form(*mail); !strange.empty()) {
                refuse(shown_mail, std::string(strange));
                continue;
            }
            name->keywords = translate(name->keywords, keywords, keywords_here);
            const auto key = name->base;
            const auto brought = writer->bring(key, std::move(*name), *mail, is_new && name->flags.empty());
            if (!brought) return std::unexpected(brought.error());
            ++(*brought == Brought::now ? tally.brought : tally.before);
        }
    }
    return writer->commit();
}

base::Result<> MailImport::maildir_with_folders(const Folder& source, const FolderName& base) {
    if (const auto done = one_folder(source, base, where); !done) return done;
    for (const auto& name : folders_in(source)) {
        if (name == "cur" || name == "new" || name == "tmp") continue;
        const Folder folder = source.enter(name);
        if (!is_maildir(folder)) continue;
        const auto shown_source = where + "/" + base::printable(name, 200);
        auto target = from_maildir_name(name);
        if (target) target->insert(target->begin(), base.begin(), base.end());
        const auto path =
            target ? path_of(*target, style) : base::Result<std::string>(base::fail("its name is none of a folder"));
        if (!path) {
            findings.push_back({shown_source, path.error().text});
            tally.refused += count_mails(folder, false);
            continue;
        }
        if (const auto done = one_folder(folder, *target, shown_source); !done) return done;
    }
    auto subscribed = parse_subscriptions(read_text(source, "subscriptions", 1024 * 1024).value_or(""));
    for (auto& folder : subscribed) folder.insert(folder.begin(), base.begin(), base.end());
    if (!base.empty()) subscribed.push_back(base);
    return subscribe(subscribed);
}

base::Result<> MailImport::subscribe(const std::vector<FolderName>& folders) {
    auto here = parse_subscriptions(read_text(maildir, "subscriptions", 1024 * 1024).value_or(""));
    const auto before = here.size();
    for (const auto& folder : folders)
        if (!folder.empty() && !std::ranges::contains(here, folder)) here.push_back(folder);
    if (here.size() == before) return {};
    return sys::write_file(std::format("/proc/self/fd/{}/subscriptions", maildir.get()), subscriptions_text(here),
                           {.mode = 0600, .owner = owner});
}

base::Result<> MailImport::mbox(int descriptor, const FolderName& target) {
    auto writer = open(target);
    if (!writer) return std::unexpected(writer.error());
    std::uint64_t number = 0;
    spam::MboxSplitter splitter(largest_mail, [&](std::string_view text) -> base::Result<> {
        ++number;
        on_mail();
        if (text.empty()) {
            refuse(std::format("{}: mail {}", where, number), "it is empty, or larger than 512 MiB");
            return {};
        }
        const auto mail = mbox_mail(text, splitter.from_line());
        const auto key = crypto::sha256_hex(mail.text);
        const auto brought = writer->bring(
            key,
            {.base = std::format("{}.{}.moved,S={}", mail.received.tv_sec, key.substr(0, 24), mail.text.size()),
             .flags = mail.flags,
             .keywords = {}},
            mail.text, mail.received);
        if (!brought) return std::unexpected(brought.error());
        ++(*brought == Brought::now ? tally.brought : tally.before);
        return {};
    });
    std::vector<char> buffer(256 * 1024);
    for (;;) {
        const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return base::fail(std::format("cannot read {}: {}", where, base::errno_text(errno)));
        const auto fed = got == 0 ? splitter.finish() : splitter.feed({buffer.data(), static_cast<std::size_t>(got)});
        if (!fed) {
            (void)writer->commit();
            return base::context("cannot read " + where, fed.error());
        }
        if (got > 0) continue;
        if (const auto done = writer->commit(); !done) return done;
        return subscribe({target});
    }
}

}  // namespace moving
