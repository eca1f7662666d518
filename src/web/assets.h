#pragma once
/// The templates of pages and files, and the stylesheet: the files in pages/, compiled in.
#include <string_view>

namespace web::assets {

extern const std::string_view style, frame, client_settings, login, account, message, monitoring_login,
    monitoring_message, autoconfig, autodiscover, profile;

}  // namespace web::assets
