#pragma once
/// The table of refusal.h; the first row that fits counts. Patterns are PCRE, in any case of letters.
#include "trace/refusal.h"

namespace trace {

struct RefusalRow {
    std::string_view host;   ///< of the server that refuses; empty: any
    std::string_view reply;  ///< its text, in one line, each reply code in it once
    Refusal refusal;
};

inline constexpr std::string_view
    gmail = R"(\.google(mail)?\.com$)",
    microsoft = R"(\.outlook\.(com|de)$)", yahoo = R"(\.yahoodns\.net$)",
    gmx = R"((\.|^)(gmx\.(net|com|de|at|ch)|web\.de|mail\.com|kundenserver\.de|ionos\.\w+)$)",
    t_online = R"(\.t-online\.de$)", icloud = R"(\.icloud\.com$)";

inline constexpr RefusalRow refusal_rows[] = {
    // ---- who we are
    {gmail,
     R"(5\.7\.2[67]|5\.7\.3\d|unauthenticated|(SPF|DKIM|DMARC).*(fail|did not pass|policy)|IPv6 sending guidelines)",
     {"authentication", "Gmail", "Gmail finds no SPF or DKIM of the sender's domain that fits",
      "Run ./dns_check.sh and put right what it names for this domain; forwarded mail needs SRS=true and ARC=true",
      true}},
    {microsoft,
     R"(5\.7\.515|5\.7\.509|required authentication level|DMARC)",
     {"authentication", "Microsoft",
      "Microsoft wants SPF, DKIM and DMARC of the sender's domain, and one does not pass",
      "Run ./dns_check.sh and put right what it names for this domain", true}},
    {yahoo,
     R"(5\.7\.9|for policy reasons|DMARC|authentication)",
     {"authentication", "Yahoo", "Yahoo refuses by the DMARC policy of the sender's domain",
      "Run ./dns_check.sh and put right what it names for this domain", true}},
    {"",
     R"(dmarc|\bspf\b.*(fail|reject|policy|not permitted|not allowed)|(fail|reject|policy|not permitted)\w*.*\bspf\b|dkim.*(fail|invalid|require)|openspf\.|unauthenticated (sender|e-?mail))",
     {"authentication", "", "the other server finds no SPF, DKIM or DMARC of the sender's domain that fits",
      "Run ./dns_check.sh and put right what it names for this domain", true}},
    {gmail,
     R"(5\.7\.25|PTR record)",
     {"reverse-name", "Gmail", "the address this server sends from has no fitting reverse name (PTR)",
      "Set the reverse name at your provider to HOSTNAME, for IPv4 and IPv6; ./dns_check.sh tells when it fits", true}},
    {"",
     R"(\bPTR\b|reverse (hostname|dns|name|lookup)|rDNS|cannot find your (reverse )?hostname|does not resolve|5\.7\.25)",
     {"reverse-name", "", "the address this server sends from has no fitting reverse name (PTR)",
      "Set the reverse name at your provider to HOSTNAME, for IPv4 and IPv6; ./dns_check.sh tells when it fits", true}},
    // ---- lists
    {microsoft,
     R"(block list|OU-002|5\.7\.60[0-9]|5\.7\.511|banned sending IP|blocked using)",
     {"listed", "Microsoft", "Microsoft blocks the address of this server",
      "Ask for its removal at https://sender.office.com (or https://olcsupport.office.com for Outlook.com and "
      "Hotmail); "
      "it takes a day",
      true}},
    {yahoo,
     R"(\[BL\d+\]|spamhaus|5\.7\.1 .*not be accepted)",
     {"listed", "Yahoo", "Yahoo takes nothing from the address of this server, as a blocklist names it",
      "Look the address up at https://check.spamhaus.org and ask for its removal there", true}},
    {gmx,
     R"(block ?list|black ?list|list(ed)?\.|No SMTP service)",
     {"listed", "GMX and Web.de", "GMX and Web.de block the address of this server",
      "Follow the link in the reply; there is a form to have it lifted", true}},
    {t_online,
     R"(554 IP=|reputation|problem occurred)",
     {"listed", "T-Online",
      "T-Online takes mail only from servers it knows, and asks for a web site with the operator's name and address",
      "Put an imprint on the web site of HOSTNAME, then write to the address in the reply and ask for the reset; they "
      "answer within a day",
      true}},
    {"",
     R"(spamhaus|spamcop|barracuda|sorbs|uceprotect|\bzen\.|dnsbl|\brbl\b|block ?list|black ?list|blocked using)",
     {"listed", "", "a blocklist names the address or the domain of this server",
      "The reply names the list: look there why, end the cause (./mailserver.sh outbound list), then ask for the "
      "removal",
      true}},
    // ---- TLS, before the rate limits: both are 4.7.x
    {"",
     R"(TLS is required|must issue a STARTTLS|STARTTLS.*required|requires? (TLS|encryption)|TLS required|certificate not (trusted|verified)|Cannot start TLS|no DANE|5\.7\.10\b)",
     {"tls", "", "the promised or required TLS could not be had with the other server",
      "Mail waits and is tried again. ./mailserver.sh tls-report show says more; the other side must put its TLS "
      "right"}},
    // ---- recipients
    {"",
     R"(mailbox (is )?full|over ?quota|quota (exceeded|limit)|(4|5)\.2\.2\b|out of storage|insufficient (disk|storage)|exceeded storage)",
     {"mailbox-full", "", "the recipient's mailbox is full", "Tell the recipient another way"}},
    {gmail,
     R"(4\.2\.1|receiving mail (too quickly|at a rate))",
     {"recipient-rate", "Gmail", "the recipient gets more mail than Gmail allows at the moment",
      "Nothing: it is tried again"}},
    {"",
     R"(5\.1\.1\b|user (is )?unknown|unknown (user|recipient)|no such (user|recipient|mailbox)|(user|mailbox|account|address) (does not|doesn't) exist|recipient (not found|unknown)|mailbox (unavailable|not found)|invalid (recipient|mailbox)|5\.1\.10\b|5\.2\.1\b|account.*disabled|inactive|not a valid (user|mailbox)|5\.4\.1.*(access denied|recipient))",
     {"unknown-recipient", "", "there is no such recipient, or its mailbox is closed", "Check the address"}},
    // ---- nobody to talk to
    {"",
     R"(Name service error.*try again|lookup failure)",
     {"dns", "", "the DNS did not answer for the recipient's domain", "Nothing: it is tried again"}},
    {"",
     R"(Host (or domain name )?not found|Domain not found|does not accept mail \(nullMX\)|bad address|5\.1\.2\b|5\.1\.10)",
     {"no-domain", "", "there is no such domain, or it takes no mail", "Check the part of the address behind the @"}},
    {"",
     R"(Connection (timed out|refused|reset)|No route to host|Network is unreachable|lost connection|conversation with)",
     {"unreachable", "", "no connection to the other server",
      "It is tried again for five days. If it is so with all servers, your provider blocks port 25"}},
    // ---- how much, how trusted
    {gmail,
     R"(4\.7\.28|5\.7\.28|unusual rate)",
     {"rate", "Gmail", "Gmail gets unusually much from this server, its domain or what it links to, and slows it down",
      "See whether an account sends what it should not (./mailserver.sh outbound list); after that it ends by itself",
      true}},
    {gmail,
     R"(low reputation|likely (unsolicited|suspicious)|suspicious|unsolicited|has been blocked|5\.7\.1 .*spam)",
     {"reputation", "Gmail", "Gmail holds the mail for spam, or thinks little of this server's domain or address",
      "Register the domain at https://postmaster.google.com and see there what it is about; send less and only to "
      "those "
      "who want it",
      true}},
    {microsoft,
     R"(4\.7\.65\d|4\.7\.500|4\.7\.5\d\d|rate limited|Server busy)",
     {"rate", "Microsoft", "Microsoft does not know this server well yet, and slows it down",
      "Nothing: it is tried again. Register the address at https://sendersupport.olc.protection.outlook.com/snds to "
      "see "
      "what they see",
      true}},
    {yahoo,
     R"(\[TSS?0?\d+\]|temporarily deferred|deferred due to|user complaints)",
     {"rate", "Yahoo", "Yahoo slows this server down: more mail than usual, or complaints of its users",
      "Nothing: it is tried again. If it lasts: https://senders.yahooinc.com/contact", true}},
    {gmx,
     R"(policy|4(21|50)|too many)",
     {"reputation", "GMX and Web.de", "GMX and Web.de refuse the mail by their rules",
      "Follow the link in the reply: it says which rule", true}},
    {icloud,
     R"(\[CS01\]|\[HM08\]|local policy|5\.7\.1)",
     {"reputation", "iCloud", "Apple's filter holds the mail for spam, or thinks little of this server",
      "Run ./dns_check.sh; if all is well there, write to icloudadmin@apple.com with the reply", true}},
    {"",
     R"(grey-?list|gray-?list|try again (later|in)|come back later|temporarily (deferred|rejected)|resend.*later|4\.2\.0 )",
     {"greylisted", "", "the other server takes mail of senders it does not know at the second try only, or is busy",
      "Nothing: it is tried again"}},
    {"",
     R"(too many (connections|messages|mails|recipients|errors)|rate[- ]?limit|limit exceeded|excessive|throttl|4\.7\.28)",
     {"rate", "", "the other server takes no more from this one for the moment",
      "Nothing: it is tried again. If it lasts, see whether an account sends what it should not (./mailserver.sh "
      "outbound list)",
      true}},
    {"",
     R"(reputation|low score|bad sender)",
     {"reputation", "", "the other server thinks little of this server's address or domain",
      "See whether an account sends what it should not (./mailserver.sh outbound list), then ask their postmaster",
      true}},
    {"",
     R"(\bspam\b|unsolicited|junk|content (rejected|filter)|message (was )?(blocked|rejected)|phish|virus|malware)",
     {"content", "", "the other server holds the mail for spam or harmful",
      "Look at the mail: links, attachments, who gets it; try it with plain text"}},
    {"",
     R"(5\.3\.4\b|size (limit|exceeds)|too (large|big)|message size)",
     {"size", "", "the mail is larger than the other server takes", "Send what is in it another way"}},
    {"",
     R"(relay(ing)? (access )?(denied|not permitted)|not permitted to relay|5\.7\.1 .*relay)",
     {"relay", "", "the server found for the domain does not take mail for it",
      "Check the address; the recipient's MX record may be wrong"}},
};

}  // namespace trace
