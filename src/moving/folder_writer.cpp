#include "moving/folder_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <format>
#include <optional>

#include "base/text.h"

namespace moving {
namespace {

constexpr std::size_t most_waiting = 500;
constexpr std::uint64_t most_waiting_octets = 128 * 1024 * 1024;
constexpr std::string_view temporary_prefix = "moving.";
constexpr std::size_t piece = 256 * 1024;

std::unexpected<base::Error> problem(std::string_view doing, int number) {
    auto text = std::format("cannot {}: {}", doing, base::errno_text(number));
    if (number == ENOSPC || number == EDQUOT)
        return base::fail_transient(std::move(text), "Make room on the disk, and run the import again: it goes on.");
    return base::fail(std::move(text), "Run the import again: it goes on where it was.");
}

/// A piece of a file; nothing on an error.
std::optional<std::string_view> read_at(int descriptor, std::string& buffer, std::uint64_t offset) {
    buffer.resize(piece);
    ssize_t got;
    do got = ::pread(descriptor, buffer.data(), piece, static_cast<off_t>(offset));
    while (got < 0 && errno == EINTR);
    if (got < 0) return {};
    return std::string_view(buffer).substr(0, static_cast<std::size_t>(got));
}

bool is_same(const OpenFile& one, const OpenFile& other) {
    std::string left, right;
    for (std::uint64_t at = 0; at < one.size; at += piece) {
        const auto a = read_at(one.descriptor.get(), left, at);
        if (!a || a != read_at(other.descriptor.get(), right, at)) return false;
    }
    return true;
}

}  // namespace

base::Result<FolderWriter> FolderWriter::open(const Folder& maildir, Place place, Ledger& ledger) {
    Folder folder = maildir.enter(".");
    bool was_there = true;
    for (const auto part : base::split(place.path, '/'))
        if (folder && !part.empty())
            folder = accounts::enter_or_make(folder, std::string(part), 0700, place.owner, was_there);
    if (!folder) return problem(std::format("make the folder {} of {}", place.folder, place.account), folder.problem());
    FolderWriter writer(std::move(folder), std::move(place), ledger);
    for (auto [part, name] : {std::pair(&writer.cur_, "cur"), {&writer.new_, "new"}, {&writer.tmp_, "tmp"}})
        if (*part = accounts::enter_or_make(writer.folder_, name, 0700, writer.place_.owner, was_there); !*part)
            return problem(std::format("make the folder {} of {}", writer.place_.folder, writer.place_.account),
                           part->problem());
    // What tells Dovecot that this is a folder and not a Maildir of its own.
    if (!writer.place_.path.empty() && !has_file(writer.folder_, "maildirfolder"))
        if (const auto written = writer.write_beside("maildirfolder", ""); !written)
            return std::unexpected(written.error());
    if (const auto looked = writer.look_around(); !looked) return std::unexpected(looked.error());
    return writer;
}

FolderWriter::~FolderWriter() {
    for (const auto& mail : waiting_) ::unlinkat(tmp_.get(), mail.temporary.c_str(), 0);
}

base::Result<> FolderWriter::look_around() {
    auto known = ledger_->known(place_.account, place_.folder);
    if (!known) return std::unexpected(known.error());
    known_ = std::move(*known);
    for (const bool is_new : {false, true}) {
        const Folder& part = is_new ? new_ : cur_;
        part.for_each([&](const std::string& name, bool is_folder) {
            const auto mail = is_folder ? std::nullopt : parse_mail_name(name);
            struct stat status{};
            if (!mail || ::fstatat(part.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
                !S_ISREG(status.st_mode))
                return;
            const auto size = static_cast<std::uint64_t>(status.st_size);
            bases_[mail->base] = size;
            if (!known_.contains(mail->base)) strangers_.emplace(size, Present{is_new, name});
        });
    }
    // What an import that was killed has left.
    for (const auto& name : files_in(tmp_))
        if (name.starts_with(temporary_prefix)) ::unlinkat(tmp_.get(), name.c_str(), 0);
    fresh_ = bases_.empty() && !has_file(folder_, "dovecot-uidlist");
    // The folder that the notes are about is gone, with its owner's will.
    if (fresh_) known_.clear();
    return {};
}

base::Result<> FolderWriter::write_beside(const std::string& name, std::string_view content) {
    // By the open folder: a path could lead elsewhere by now.
    return sys::write_file(std::format("/proc/self/fd/{}/{}", folder_.get(), name), content,
                           {.mode = 0600, .owner = place_.owner});
}

std::string FolderWriter::read_beside(const std::string& name) const {
    return read_text(folder_, name, 64 * 1024 * 1024).value_or("");
}

bool FolderWriter::was_brought(const std::string& key, const MailName& name, std::uint64_t size) const {
    if (known_.contains(key)) return true;
    const auto there = bases_.find(name.base);
    return there != bases_.end() && there->second == size;
}

bool FolderWriter::has_same(const OpenFile& mail) const {
    const auto [first, last] = strangers_.equal_range(mail.size);
    return std::any_of(first, last, [&](const auto& one) {
        const auto file = open_file(one.second.is_new ? new_ : cur_, one.second.name);
        return file && file->size == mail.size && is_same(mail, *file);
    });
}

bool FolderWriter::has_same(std::string_view mail) const {
    const auto [first, last] = strangers_.equal_range(mail.size());
    return std::any_of(first, last, [&](const auto& one) {
        const auto text = read_text(one.second.is_new ? new_ : cur_, one.second.name, mail.size());
        return text && *text == mail;
    });
}

base::Result<sys::UniqueFd> FolderWriter::begin(std::string& temporary) {
    temporary = std::format("{}{}", temporary_prefix, number_++);
    sys::UniqueFd file(
        ::openat(tmp_.get(), temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file || ::fchown(file.get(), place_.owner.uid, place_.owner.gid) != 0)
        return problem(std::format("write a mail into {} of {}", place_.folder, place_.account), errno);
    return file;
}

base::Result<Brought> FolderWriter::bring(const std::string& key, MailName name, const OpenFile& mail, bool is_new) {
    if (was_brought(key, name, mail.size)) return Brought::before;
    if (has_same(mail)) return Brought::before;
    std::string temporary;
    auto file = begin(temporary);
    if (!file) return std::unexpected(file.error());
    std::string buffer;
    for (std::uint64_t at = 0;;) {
        const auto got = read_at(mail.descriptor.get(), buffer, at);
        if (!got || !sys::write_all(file->get(), *got)) {
            const int number = errno;
            ::unlinkat(tmp_.get(), temporary.c_str(), 0);
            return problem(std::format("{} a mail of {} of {}", got ? "write" : "read", place_.folder, place_.account),
                           number);
        }
        if (got->empty()) {
            if (claimed_size(name.base) && claimed_size(name.base) != at) name.base = without_sizes(name.base);
            return finish(std::move(*file), std::move(temporary), key, std::move(name), at, mail.changed, is_new);
        }
        at += got->size();
    }
}

base::Result<Brought> FolderWriter::bring(const std::string& key, MailName name, std::string_view mail,
                                          timespec received) {
    if (was_brought(key, name, mail.size()) || has_same(mail)) return Brought::before;
    std::string temporary;
    auto file = begin(temporary);
    if (!file) return std::unexpected(file.error());
    if (!sys::write_all(file->get(), mail)) {
        const int number = errno;
        ::unlinkat(tmp_.get(), temporary.c_str(), 0);
        return problem(std::format("write a mail into {} of {}", place_.folder, place_.account), number);
    }
    return finish(std::move(*file), std::move(temporary), key, std::move(name), mail.size(), received, false);
}

base::Result<Brought> FolderWriter::finish(sys::UniqueFd written, std::string temporary, const std::string& key,
                                           MailName name, std::uint64_t size, timespec received, bool is_new) {
    // The time of a mail's file is when it arrived.
    const timespec times[] = {received, received};
    (void)::futimens(written.get(), times);
    // Another mail of this name is there.
    while (bases_.contains(name.base)) name.base = std::format("{}.{}", number_++, name.base);
    bases_[name.base] = size;
    known_.insert(key);
    waiting_.push_back({std::move(temporary), is_new ? name.base : text_of(name), is_new, key});
    waiting_octets_ += size;
    if (waiting_.size() >= most_waiting || waiting_octets_ >= most_waiting_octets)
        if (const auto done = commit(); !done) return std::unexpected(done.error());
    return Brought::now;
}

base::Result<> FolderWriter::commit() {
    if (waiting_.empty()) return {};
    if (::syncfs(tmp_.get()) != 0) return problem("write to the disk", errno);
    std::vector<std::string> keys;
    for (const auto& mail : waiting_) {
        const Folder& part = mail.is_new ? new_ : cur_;
        if (::renameat(tmp_.get(), mail.temporary.c_str(), part.get(), mail.name.c_str()) != 0)
            return problem(std::format("put a mail into {} of {}", place_.folder, place_.account), errno);
        keys.push_back(mail.key);
    }
    waiting_.clear();
    waiting_octets_ = 0;
    if (::fsync(cur_.get()) != 0 || ::fsync(new_.get()) != 0) return problem("write to the disk", errno);
    return ledger_->note(place_.account, place_.folder, keys);
}

}  // namespace moving
