#pragma once
/// Figures of the server itself: services, ports, certificates, the machine, what guards it.
#include "metrics/labels.h"

namespace metrics {

inline constexpr Label version_label[] = {{.name = "version", .bound = "1"}};
inline constexpr Label engine_label[] = {engine};
inline constexpr Label log_labels[] = {engine, {.name = "level", .values = levels}};
inline constexpr Label topic_label[] = {
    {.name = "topic", .bound = "the kinds of warnings of `mailserver status`: about 10"}};
inline constexpr Label check_label[] = {check};
inline constexpr Label certificate_label[] = {{.name = "name", .bound = "the names the server has a certificate for"}};
inline constexpr Label certificate_labels[] = {{.name = "name", .bound = "the names the server has a certificate for"},
                                               {.name = "issuer", .bound = "1 for each name"},
                                               {.name = "sans", .bound = "1 for each name"}};
inline constexpr Label path_label[] = {{.name = "path", .bound = "1: the workspace"}};
inline constexpr Label mode_label[] = {{.name = "mode", .values = cpu_modes}};
inline constexpr Label network_labels[] = {{.name = "device", .bound = "the container's network interfaces"},
                                           {.name = "direction", .values = directions}};
inline constexpr Label login_protocol_label[] = {{.name = "protocol", .values = login_protocols}};

inline constexpr Label way_label[] = {{.name = "way", .bound = "smtp, submission"}};
inline constexpr Row server_rows[] = {
    {"mailserver_build_info", Kind::gauge, "1", "The running version.", version_label},
    {"mailserver_start_time_seconds", Kind::gauge, "Unix time", "When the server was started."},
    {"mailserver_ready", Kind::gauge, "0 or 1", "Whether all vital services answer."},
    {"mailserver_engine_up", Kind::gauge, "0 or 1", "Whether a service answers.", engine_label},
    {"mailserver_engine_restarts_total", Kind::counter, "starts", "Starts of a service after its first one.",
     engine_label},
    {"mailserver_engine_start_time_seconds", Kind::gauge, "Unix time", "When a service came into its present state.",
     engine_label},
    {"mailserver_engine_memory_bytes", Kind::gauge, "octets", "Memory of a service with all its processes.",
     engine_label},
    {"mailserver_engine_cpu_seconds_total", Kind::counter, "seconds", "Processor time of a service.", engine_label},
    {"mailserver_engine_processes", Kind::gauge, "processes", "Processes of a service.", engine_label},
    {"mailserver_log_messages_total", Kind::counter, "lines", "Warnings and errors in the logs of a service.",
     log_labels},
    {"mailserver_warnings", Kind::gauge, "warnings", "What `mailserver status` warns of now, by topic.", topic_label},

    {"mailserver_probe_success", Kind::gauge, "0 or 1", "Whether a port answered in its protocol when last tried.",
     check_label},
    {"mailserver_probe_duration_seconds", Kind::gauge, "seconds", "How long that took, with TLS where the port has it.",
     check_label},
    {"mailserver_mail_probe_success", Kind::gauge, "0 or 1",
     "Whether the last mail of the server to itself was read again; absent with PROBE_INTERVAL=off.", way_label},
    {"mailserver_mail_probe_seconds", Kind::gauge, "seconds", "How long that took, from handing it in to reading it.",
     way_label},
    {"mailserver_mail_probe_timestamp_seconds", Kind::gauge, "Unix time", "When that was."},
    {"mailserver_certificate_expiry_timestamp_seconds", Kind::gauge, "Unix time",
     "When a certificate ends, as it lies on disk.", certificate_label},
    {"mailserver_certificate_info", Kind::gauge, "1", "Who issued a certificate, and for which names.",
     certificate_labels},
    {"mailserver_port_certificate_expiry_timestamp_seconds", Kind::gauge, "Unix time",
     "When the certificate ends that a port showed in a handshake.", check_label},
    {"mailserver_certificate_renewal_failures_total", Kind::counter, "tries",
     "Tries to get a certificate that failed, since the last one that worked."},
    {"mailserver_certificate_renewal_last_success_timestamp_seconds", Kind::gauge, "Unix time",
     "When the certificate of HOSTNAME was issued; absent while it is self-signed."},

    {"mailserver_logins_total", Kind::counter, "logins", "Logins that worked.", login_protocol_label},
    {"mailserver_login_failures_total", Kind::counter, "logins",
     "Logins that failed, those refused because of a ban among them.", login_protocol_label},
    {"mailserver_login_failing_networks", Kind::gauge, "networks",
     "From how many networks (IPv4 address, IPv6 /64) logins failed in the last hour; at most 10000."},
    {"mailserver_bans_active", Kind::gauge, "bans", "Networks and accounts that may not log in now."},
    {"mailserver_bans_total", Kind::counter, "bans", "Bans that began by themselves since the start."},
    {"mailserver_backup_last_success_timestamp_seconds", Kind::gauge, "Unix time",
     "When the last backup was complete; absent when there never was one."},
    {"mailserver_backup_last_verified_timestamp_seconds", Kind::gauge, "Unix time",
     "When a part of a backup was last restored and found right; absent before the first time."},
    {"mailserver_backup_interval_seconds", Kind::gauge, "seconds",
     "How often a backup is to be made; absent when they are only made by hand."},
    {"mailserver_backup_duration_seconds", Kind::gauge, "seconds", "How long the last backup took."},
    {"mailserver_backup_size_bytes", Kind::gauge, "octets", "All that is in the last backup."},
    {"mailserver_backup_failed", Kind::gauge, "0 or 1",
     "Whether the last backup or restore drill failed; absent without "
     "BACKUP_REPOSITORY."},

    {"mailserver_disk_total_bytes", Kind::gauge, "octets", "Size of the disk of the workspace.", path_label},
    {"mailserver_disk_free_bytes", Kind::gauge, "octets", "What of it is free.", path_label},
    {"mailserver_disk_inodes_total", Kind::gauge, "files", "How many files it can hold; 0: no limit.", path_label},
    {"mailserver_disk_inodes_free", Kind::gauge, "files", "How many more.", path_label},
    {"mailserver_system_memory_total_bytes", Kind::gauge, "octets",
     "Memory of the machine, or the container's limit when that is less."},
    {"mailserver_system_memory_available_bytes", Kind::gauge, "octets", "What of it programs can still get."},
    {"mailserver_system_swap_total_bytes", Kind::gauge, "octets", "Swap space of the machine."},
    {"mailserver_system_swap_free_bytes", Kind::gauge, "octets", "What of it is free."},
    {"mailserver_system_load1", Kind::gauge, "processes", "Load average of a minute, of the machine."},
    {"mailserver_system_load5", Kind::gauge, "processes", "Of 5 minutes."},
    {"mailserver_system_load15", Kind::gauge, "processes", "Of 15 minutes."},
    {"mailserver_system_cpu_cores", Kind::gauge, "cores",
     "Processor cores of the machine, or the container's limit when that is less."},
    {"mailserver_system_cpu_seconds_total", Kind::counter, "seconds", "Processor time of the container.", mode_label},
    {"mailserver_network_bytes_total", Kind::counter, "octets", "Traffic of the container.", network_labels},
};

}  // namespace metrics
