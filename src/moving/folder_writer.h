#pragma once
/// Puts mails into one folder of a mailbox, beside a Dovecot that may be at work there: each is written to `tmp` and
/// renamed when it is whole and on disk. Many at a time, since waiting for the disk is what takes long.
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "moving/ledger.h"
#include "moving/maildir_files.h"
#include "moving/tree.h"
#include "sys/files.h"

namespace moving {

enum class Brought {
    now,     ///< it is in the folder now
    before,  ///< it was brought before, or the very same mail is there
};

class FolderWriter {
  public:
    /// Where it writes; `account` and `folder` are the ledger's names.
    struct Place {
        std::string account;
        std::string folder;
        std::string path;  ///< below the Maildir; empty: INBOX
        sys::Owner owner;
    };

    /// Opens or makes a folder of the mailbox.
    static base::Result<FolderWriter> open(const Folder& maildir, Place place, Ledger& ledger);
    FolderWriter(FolderWriter&&) = default;
    FolderWriter& operator=(FolderWriter&&) = delete;
    ~FolderWriter();

    /// No mail was in it before and Dovecot has numbered none: UIDs and keywords may come from elsewhere.
    bool is_fresh() const { return fresh_; }
    /// Writes one of Dovecot's own files.
    base::Result<> write_beside(const std::string& name, std::string_view content);
    /// Dovecot's own file, empty when there is none.
    std::string read_beside(const std::string& name) const;

    /// A mail, known to the ledger as `key`; `is_new`: no mail program has seen it. It is in the folder after commit().
    base::Result<Brought> bring(const std::string& key, MailName name, const OpenFile& mail, bool is_new);
    base::Result<Brought> bring(const std::string& key, MailName name, std::string_view mail, timespec received);

    /// Everything brought so far is in the folder, on disk and in the ledger.
    base::Result<> commit();

  private:
    struct Waiting {
        std::string temporary;
        std::string name;
        bool is_new;
        std::string key;
    };
    struct Present {
        bool is_new;
        std::string name;
    };

    FolderWriter(Folder folder, Place place, Ledger& ledger)
        : folder_(std::move(folder)), place_(std::move(place)), ledger_(&ledger) {}
    base::Result<> look_around();
    bool was_brought(const std::string& key, const MailName& name, std::uint64_t size) const;
    bool has_same(const OpenFile& mail) const;
    bool has_same(std::string_view mail) const;
    base::Result<sys::UniqueFd> begin(std::string& temporary);
    base::Result<Brought> finish(sys::UniqueFd written, std::string temporary, const std::string& key, MailName name,
                                 std::uint64_t size, timespec received, bool is_new);

    Folder folder_, cur_, new_, tmp_;
    Place place_;
    Ledger* ledger_;
    bool fresh_ = false;
    std::set<std::string> known_;                      // of the ledger
    std::map<std::string, std::uint64_t> bases_;       // of the mails in the folder, with their sizes
    std::multimap<std::uint64_t, Present> strangers_;  // mails not of an import, by size
    std::vector<Waiting> waiting_;
    std::uint64_t waiting_octets_ = 0;
    std::uint64_t number_ = 0;
};

}  // namespace moving
