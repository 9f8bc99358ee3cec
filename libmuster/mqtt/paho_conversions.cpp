// SPDX-License-Identifier: Apache-2.0
#include "libmuster/mqtt/paho_conversions.hpp"

#include <utility>

namespace muster::mqtt {
namespace paho = ::mqtt;

namespace {

// Ours is the watch that ends a silent connect; Paho's looks up every 3 s only.
constexpr std::chrono::seconds never_before_us{30};

paho::property seconds_property(paho::property::code code, std::chrono::seconds value)
{
  return {code, static_cast<std::int32_t>(value.count())};
}

paho::will_options paho_will(const Will& will)
{
  const Message& message = will.message;
  paho::will_options options{
      message.topic,
      message.payload.data(),
      message.payload.size(),
      static_cast<int>(message.qos),
      message.retained};
  paho::properties properties;
  properties.add(seconds_property(paho::property::WILL_DELAY_INTERVAL, will.delay));
  if (message.expiry) {
    properties.add(seconds_property(paho::property::MESSAGE_EXPIRY_INTERVAL, *message.expiry));
  }
  options.set_properties(std::move(properties));
  return options;
}

paho::ssl_options paho_tls(const TlsFiles& files)
{
  paho::ssl_options tls;
  tls.set_trust_store(files.ca);
  if (!files.certificate.empty()) {
    tls.set_key_store(files.certificate);
    tls.set_private_key(files.key);
  }
  tls.set_enable_server_cert_auth(true);
  tls.set_verify(true);  // the host name too
  return tls;
}

}  // namespace

paho::connect_options paho_connect(const ConnectionOptions& options, const std::string& broker)
{
  paho::connect_options connect;
  connect.set_mqtt_version(MQTTVERSION_5);
  // A session that outlives the connection keeps the will back when we return in time, so it is never
  // cleaned.
  connect.set_clean_start(options.session_expiry == std::chrono::seconds{0});
  connect.set_keep_alive_interval(options.keep_alive);
  connect.set_connect_timeout(
      std::chrono::ceil<std::chrono::seconds>(options.connect_timeout) + never_before_us);
  connect.set_servers(paho::string_collection::create({broker}));
  if (!options.user_name.empty()) {
    connect.set_user_name(options.user_name);
  }
  paho::properties properties;
  properties.add(seconds_property(paho::property::SESSION_EXPIRY_INTERVAL, options.session_expiry));
  if (options.receive_maximum != 0) {
    properties.add({paho::property::RECEIVE_MAXIMUM, static_cast<std::int32_t>(options.receive_maximum)});
  }
  connect.set_properties(std::move(properties));
  if (options.will) {
    connect.set_will(paho_will(*options.will));
  }
  if (!options.tls.ca.empty()) {
    connect.set_ssl(paho_tls(options.tls));
  }
  return connect;
}

paho::const_message_ptr paho_message(const Message& message)
{
  auto converted =
      paho::make_message(message.topic, message.payload, static_cast<int>(message.qos), message.retained);
  if (message.expiry) {
    paho::properties properties;
    properties.add(seconds_property(paho::property::MESSAGE_EXPIRY_INTERVAL, *message.expiry));
    converted->set_properties(std::move(properties));
  }
  return converted;
}

BrokerLimits our_limits(const paho::properties& connack)
{
  const auto allows = [&connack](paho::property::code what) {
    return !connack.contains(what) || paho::get<std::uint8_t>(connack, what) != 0;
  };
  BrokerLimits limits;
  if (connack.contains(paho::property::RECEIVE_MAXIMUM)) {
    limits.receive_maximum = paho::get<std::uint16_t>(connack, paho::property::RECEIVE_MAXIMUM);
  }
  if (connack.contains(paho::property::MAXIMUM_PACKET_SIZE)) {
    limits.maximum_packet_size = paho::get<std::uint32_t>(connack, paho::property::MAXIMUM_PACKET_SIZE);
  }
  if (connack.contains(paho::property::SESSION_EXPIRY_INTERVAL)) {
    limits.session_expiry =
        std::chrono::seconds{paho::get<std::uint32_t>(connack, paho::property::SESSION_EXPIRY_INTERVAL)};
  }
  limits.acknowledges = allows(paho::property::MAXIMUM_QOS);
  limits.retains = allows(paho::property::RETAIN_AVAILABLE);
  limits.knows_wildcards = allows(paho::property::WILDCARD_SUBSCRIPTION_AVAILABLE);
  return limits;
}

Message our_message(const paho::message& message)
{
  Message converted;
  converted.topic = message.get_topic();
  converted.payload = message.to_string();
  converted.qos = message.get_qos() == 0 ? Qos::at_most_once : Qos::at_least_once;
  converted.retained = message.is_retained();
  const auto& properties = message.get_properties();
  if (properties.contains(paho::property::MESSAGE_EXPIRY_INTERVAL)) {
    converted.expiry =
        std::chrono::seconds{paho::get<std::uint32_t>(properties, paho::property::MESSAGE_EXPIRY_INTERVAL)};
  }
  return converted;
}

}  // namespace muster::mqtt
