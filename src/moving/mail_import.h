#pragma once
/// Brings mail of a Maildir or an mbox into a mailbox here. Mail that was brought before, or is there word by word, is
/// passed over. Into a folder that holds nothing yet UIDs come along, so that mail programs need not read all again.
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "moving/folder_names.h"
#include "moving/folder_writer.h"
#include "moving/foreign.h"
#include "moving/ledger.h"
#include "moving/tree.h"

namespace moving {

struct MailTally {
    std::uint64_t brought = 0;
    std::uint64_t before = 0;
    std::uint64_t refused = 0;
    std::uint64_t all() const { return brought + before + refused; }
    bool operator==(const MailTally&) const = default;
};

struct MailImport {
    // What it is about.
    const Folder& maildir;  ///< of the mailbox here
    std::string account;
    FolderStyle style;
    sys::Owner owner;
    Ledger& ledger;
    std::string where;  ///< the source as findings name it
    std::function<void()> on_mail = [] {};

    // What came of it.
    MailTally tally;
    std::vector<Finding> findings;

    /// All folders of a Maildir, with the subscriptions; into `base` and below it.
    base::Result<> maildir_with_folders(const Folder& source, const FolderName& base);
    /// The mails of one folder (a Maildir without the folders in it).
    base::Result<> one_folder(const Folder& source, const FolderName& target, const std::string& shown_source);
    /// An mbox through an open file.
    base::Result<> mbox(int descriptor, const FolderName& target);

  private:
    base::Result<FolderWriter> open(const FolderName& target);
    base::Result<> subscribe(const std::vector<FolderName>& folders);
    void refuse(std::string what, std::string why);
};

/// Whether it has mail as a Maildir has.
bool is_maildir(const Folder& folder);

/// All mails of a Maildir and, with `folders`, of the folders in it.
std::uint64_t count_mails(const Folder& maildir, bool folders);

}  // namespace moving
