// SPDX-License-Identifier: Apache-2.0
#include "libmuster/client/caller_session.hpp"

#include <limits>
#include <sys/stat.h>

#include "libmuster/runtime/text_file.hpp"

namespace muster::client {

namespace {

constexpr std::size_t largest_key_file = 4096;

}  // namespace

Expected<protocol::SecretKey> read_caller_key(const ClientSettings& settings)
{
  struct stat status {};

  if (::stat(settings.key.c_str(), &status) == 0 && (status.st_mode & 077U) != 0) {
    return failure(
        ErrorCode::denied,
        settings.key.string() + ": others may read this key; run: chmod 600 " + settings.key.string());
  }
  const auto text = runtime::read_text_file(settings.key, largest_key_file);
  if (!text) {
    return failure(ErrorCode::denied, text.error().message + "; make one with: mco key generate");
  }
  auto key = protocol::parse_secret_key(*text);
  if (!key) {
    return failure(ErrorCode::denied, settings.key.string() + ": " + key.error().message);
  }
  if (key->caller() != settings.caller) {
    return failure(
        ErrorCode::denied,
        settings.key.string() + ": this is the key of " + key->caller() +
            ", but the configuration says that you are " + settings.caller);
  }
  return key;
}

mqtt::ConnectionOptions connection_options(const ClientSettings& settings, const std::string& session)
{
  mqtt::ConnectionOptions options;
  options.brokers = settings.connection.brokers;
  options.tls = {settings.connection.ca, settings.connection.certificate, settings.connection.key};
  options.client_id = settings.caller + "-" + session;
  options.connect_timeout = settings.connect_timeout;
  options.receive_maximum = std::numeric_limits<std::uint16_t>::max();
  return options;
}

}  // namespace muster::client
