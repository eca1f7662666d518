#pragma once
/// The same figures by the names they had in the mail server by t-lo, for dashboards made for that one.
#include "metrics/labels.h"

namespace metrics {

inline constexpr Label inbox_labels[] = {{.name = "domain", .bound = "DOMAIN, ADDITIONAL_DOMAINS and `__total__`"},
                                         {.name = "user", .bound = "METRICS_PER_USER_LIMIT, and `__total__`"}};
inline constexpr Label postmaster_label[] = {{.name = "user", .bound = "1: ADMIN_USER@DOMAIN"}};
inline constexpr Label hostname_label[] = {{.name = "hostname", .bound = "1: HOSTNAME"}};
inline constexpr Label ip_label[] = {{.name = "ip", .bound = "1: the IPv4 address"}};
inline constexpr Label ssl_label[] = {{.name = "domain", .bound = "the names the server has a certificate for"}};

inline constexpr Row compat_rows[] = {
    {"email_inbox_size", Kind::gauge, "octets",
     "Mail of an account; user=__total__: of a domain, domain=__total__: of all.", inbox_labels},
    {"postmaster_unread_emails", Kind::gauge, "mails", "Unread mails in the inbox of the administrator.",
     postmaster_label},
    {"ssl_certificate_expiration_date_seconds", Kind::gauge, "Unix time", "When a certificate ends.", ssl_label},
    {"ssl_certificate_expiration_seconds_validity_left", Kind::gauge, "seconds", "How long that is from now.",
     ssl_label},
    {"dns_sanity_mailserver_ip", Kind::gauge, "1", "The server's public IPv4 address.", ip_label},
    {"dns_sanity_server_a_record", Kind::gauge, "0 or 1", "Whether the A record is right.", hostname_label},
    {"dns_sanity_server_ptr_record", Kind::gauge, "0 or 1", "Whether the reverse name is right.", ip_label},
    {"dns_sanity_domain_mx_record", Kind::gauge, "0 or 1", "Whether the MX record is right.", ssl_label},
    {"dns_sanity_domain_spf_record", Kind::gauge, "0 or 1", "Whether the SPF record is right.", ssl_label},
    {"dns_sanity_domain_dkim_record", Kind::gauge, "0 or 1", "Whether the DKIM record is right.", ssl_label},
    {"dns_sanity_domain_dmarc_record", Kind::gauge, "0 or 1", "Whether the DMARC record is right.", ssl_label},
    {"system_memory_total", Kind::gauge, "KiB", "Memory, as mailserver_system_memory_total_bytes."},
    {"system_memory_used", Kind::gauge, "KiB", "Memory that is not available."},
    {"system_memory_free", Kind::gauge, "KiB", "Memory nobody uses."},
    {"system_memory_shared", Kind::gauge, "KiB", "Memory shared by processes."},
    {"system_memory_buffers_cached", Kind::gauge, "KiB", "Memory that holds files."},
    {"system_memory_available", Kind::gauge, "KiB", "Memory programs can still get."},
    {"system_swap_total", Kind::gauge, "KiB", "Swap space."},
    {"system_swap_used", Kind::gauge, "KiB", "Swap space in use."},
    {"system_swap_free", Kind::gauge, "KiB", "Swap space that is free."},
    {"system_storage_total", Kind::gauge, "KiB", "Size of the disk of the workspace."},
    {"system_storage_used", Kind::gauge, "KiB", "What of it is in use."},
    {"system_storage_available", Kind::gauge, "KiB", "What of it is free."},
    {"system_loadavg_1m", Kind::gauge, "processes", "Load average of a minute."},
    {"system_loadavg_5m", Kind::gauge, "processes", "Of 5 minutes."},
    {"system_loadavg_15m", Kind::gauge, "processes", "Of 15 minutes."},
    {"system_running_procs", Kind::gauge, "processes", "Processes that run at the moment, of the machine."},
    {"system_num_procs", Kind::gauge, "processes", "Processes of the machine."},
    {"system_num_cores", Kind::gauge, "cores", "Processor cores."},
};

}  // namespace metrics
