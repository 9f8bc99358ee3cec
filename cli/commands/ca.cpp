// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/ca.hpp"

#include <array>
#include <chrono>
#include <ostream>
#include <unistd.h>
#include <utility>

#include "cli/authority_folder.hpp"
#include "cli/commands/setup_output.hpp"
#include "cli/host_name.hpp"
#include "cli/new_files.hpp"
#include "cli/output/json_text.hpp"
#include "cli/pki.hpp"
#include "libmuster/model/node_name.hpp"

namespace muster::cli {

namespace {

// IPv6 addresses stand in brackets in a URL.
std::string broker_url(const std::string& host, std::uint16_t port)
{
  const bool bracketed = host.find(':') != std::string::npos;
  return "mqtts://" + (bracketed ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Expected<std::string> first_acl(const std::vector<std::string>& operators)
{
  auto acl = acl_for_members();
  for (const auto& caller : operators) {
    if (!is_caller_name(caller)) {
      return failure(ErrorCode::invalid_input, "'" + caller + "' is no caller's name: alice@ops1 is one");
    }
    if (!acl_names(acl, caller)) {
      acl += acl_for_caller(caller, {});
    }
  }
  return acl;
}

std::string urls_of(const std::vector<std::string>& hosts, std::uint16_t port)
{
  std::string text;
  for (const auto& host : hosts) {
    text += broker_url(host, port) + "\n";
  }
  return text;
}

struct AuthorityPlan {
  AuthorityFolder folder;
  std::vector<std::string> hosts;
  std::vector<NewFile> files;
};

Expected<AuthorityPlan> plan(const CaInitOptions& options, const std::filesystem::path& root)
{
  AuthorityPlan result{
      {std::filesystem::absolute(root).lexically_normal()},
      options.brokers.empty() ? std::vector<std::string>{host_name()} : options.brokers,
      {}};
  const auto now = std::chrono::system_clock::now();
  const auto acl = first_acl(options.operators);
  if (!acl) {
    return tl::unexpected<Error>{acl.error()};
  }
  const auto authority = CertificateAuthority::create("Muster CA of " + host_name().substr(0, 40), now);
  if (!authority) {
    return tl::unexpected<Error>{authority.error()};
  }
  const auto own = authority->as_pem();
  const auto server =
      authority->issue({result.hosts.front().substr(0, 64), CertificateUse::broker, result.hosts, now});
  if (!own || !server) {
    return tl::unexpected<Error>{own ? server.error() : own.error()};
  }
  const auto& folder = result.folder;
  const auto conf = mosquitto_conf({folder.broker(), options.listen_address, options.port});
  result.files = {
      {folder.key(), own->key, Secrecy::secret},
      {folder.certificate(), own->certificate},
      {folder.brokers(), urls_of(result.hosts, options.port)},
      {folder.broker() / "ca.pem", own->certificate},
      {folder.broker() / "server.pem", server->certificate},
      {folder.broker() / "server.key", server->key, Secrecy::secret},
      {folder.broker() / "mosquitto.conf", conf},
      {folder.acl(), *acl}};
  return result;
}

void tell(const AuthorityPlan& made, std::ostream& out)
{
  const auto broker = made.folder.broker().string();
  out << "made a certificate authority in " << made.folder.root.string() << "; keep ca.key to yourself\n"
      << "the broker's files are in " << broker << "; on the broker's machine:\n"
      << "  chown -R mosquitto: " << broker << "\n"
      << "  ln -s " << broker << "/mosquitto.conf /etc/mosquitto/conf.d/muster.conf\n"
      << "  systemctl restart mosquitto\n"
      << "(copied elsewhere, mosquitto.conf has to name the new paths)\n"
      << "next: `mco key generate` for yourself, `mco node add NAME` for each node\n";
}

std::string json_of(const AuthorityPlan& made, const CaInitOptions& options)
{
  const auto& folder = made.folder;
  auto object = setup_json("ca init");
  object["folder"] = folder.root.string();
  object["certificate"] = folder.certificate().string();
  object["broker_folder"] = folder.broker().string();
  boost::json::array urls;
  for (const auto& host : made.hosts) {
    urls.emplace_back(broker_url(host, options.port));
  }
  object["brokers"] = std::move(urls);
  object["operators"] = boost::json::array(options.operators.begin(), options.operators.end());
  object["files"] = paths_of(made.files);
  return json_text(object);
}

}  // namespace

int ca_init(
    const CaInitOptions& options,
    const client::Environment& environment,
    std::ostream& out,
    std::ostream& err)
{
  const auto root =
      options.dir ? Expected<std::filesystem::path>{*options.dir} : default_authority_folder(environment);
  const auto planned = root ? plan(options, *root) : tl::unexpected<Error>{root.error()};
  const auto made = planned ? make_new_files(planned->files) : tl::unexpected<Error>{planned.error()};
  if (!made) {
    return fail_setup({out, err, options.json}, "ca init", made.error());
  }
  if (options.json) {
    out << json_of(*planned, options);
  } else {
    tell(*planned, out);
  }
  return 0;
}

}  // namespace muster::cli
