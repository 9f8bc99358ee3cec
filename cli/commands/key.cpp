// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/key.hpp"

#include <chrono>
#include <ostream>
#include <utility>
#include <vector>

#include "cli/authority_folder.hpp"
#include "cli/broker_files.hpp"
#include "cli/commands/setup_output.hpp"
#include "cli/host_name.hpp"
#include "cli/new_files.hpp"
#include "cli/output/json_text.hpp"
#include "libmuster/model/node_name.hpp"
#include "libmuster/protocol/signature.hpp"
#include "libmuster/runtime/text_file.hpp"

namespace muster::cli {

namespace {

constexpr std::size_t max_acl_bytes = std::size_t{4} << 20U;  // 20,000 callers

// What is to be made for one caller, and where.
struct KeyPlan {
  std::string caller;
  std::filesystem::path folder;        // ~/.config/muster
  std::optional<Authority> authority;  // none: only the key that signs
  std::vector<NewFile> files;
  bool new_client_settings = false;

  [[nodiscard]] std::filesystem::path public_key() const { return folder / "keys" / (caller + ".pub"); }
};

Expected<std::optional<Authority>> authority_at_hand(
    const KeyGenerateOptions& options, const client::Environment& environment)
{
  auto root = options.ca_dir ? Expected<std::filesystem::path>{*options.ca_dir}
                             : default_authority_folder(environment);
  std::error_code ignored;
  const bool there = root && std::filesystem::exists(AuthorityFolder{*root}.certificate(), ignored);
  if (!options.ca_dir && !there) {
    return std::optional<Authority>{};
  }
  auto authority = open_authority(*root);
  if (!authority) {
    return tl::unexpected<Error>{authority.error()};
  }
  return std::optional<Authority>{std::move(*authority)};
}

Expected<KeyPlan> who_and_where(const KeyGenerateOptions& options, const client::Environment& environment)
{
  KeyPlan plan;
  plan.caller = options.name.value_or(default_caller(environment));
  if (!is_caller_name(plan.caller)) {
    return failure(ErrorCode::invalid_input, "'" + plan.caller + "' is no caller's name: alice@ops1 is one");
  }
  const auto folder = options.dir ? options.dir : user_folder(environment);
  if (!folder) {
    return failure(ErrorCode::not_found, "no HOME in the environment: say with --dir where the key goes");
  }
  plan.folder = std::filesystem::absolute(*folder).lexically_normal();
  auto authority = authority_at_hand(options, environment);
  if (!authority) {
    return tl::unexpected<Error>{authority.error()};
  }
  plan.authority = std::move(*authority);
  return plan;
}

void add_signing_key(KeyPlan& plan)
{
  const auto key = protocol::generate_secret_key(plan.caller);
  const auto public_text = protocol::as_text(key.public_key());
  plan.files.push_back({plan.folder / "keys" / (plan.caller + ".key"), key.as_text(), Secrecy::secret});
  plan.files.push_back({plan.public_key(), public_text});
  if (plan.authority) {
    plan.files.push_back({plan.authority->folder.operators() / (plan.caller + ".pub"), public_text});
  }
}

std::string client_settings_text(const KeyPlan& plan)
{
  std::string text = "# made by `mco key generate`; paths start at this file's folder\nbrokers:\n";
  for (const auto& url : plan.authority->broker_urls) {
    text += "  - " + url + "\n";
  }
  return text + "caller: " + plan.caller +
         "\n"
         "tls:\n"
         "  ca: tls/" +
         plan.caller +
         ".ca.pem\n"
         "  certificate: tls/" +
         plan.caller +
         ".pem\n"
         "  key: tls/" +
         plan.caller + ".key\n";
}

Expected<void> add_certificate(KeyPlan& plan)
{
  const auto own = plan.authority->certificates.issue(
      {plan.caller, CertificateUse::member, {}, std::chrono::system_clock::now()});
  if (!own) {
    return tl::unexpected<Error>{own.error()};
  }
  const auto tls = plan.folder / "tls";
  plan.files.push_back({tls / (plan.caller + ".key"), own->key, Secrecy::secret});
  plan.files.push_back({tls / (plan.caller + ".pem"), own->certificate});
  plan.files.push_back({tls / (plan.caller + ".ca.pem"), plan.authority->certificate_pem});
  const auto settings = plan.folder / "client.yaml";
  std::error_code ignored;
  plan.new_client_settings = !std::filesystem::exists(settings, ignored);
  if (plan.new_client_settings) {
    plan.files.push_back({settings, client_settings_text(plan)});
  }
  return {};
}

// Appends the caller's block to the broker's acl unless it has one.
Expected<void> grant_rights(const KeyPlan& plan, CallerRights rights)
{
  const auto path = plan.authority->folder.acl();
  const auto acl = runtime::read_text_file(path, max_acl_bytes);
  if (!acl) {
    return tl::unexpected<Error>{acl.error()};
  }
  if (acl_names(*acl, plan.caller)) {
    return {};
  }
  return append_to_file(path, acl_for_caller(plan.caller, rights));
}

Expected<KeyPlan> make_key(const KeyGenerateOptions& options, const client::Environment& environment)
{
  auto plan = who_and_where(options, environment);
  if (!plan) {
    return plan;
  }
  add_signing_key(*plan);
  auto ready = plan->authority ? add_certificate(*plan) : Expected<void>{};
  auto made = ready ? make_new_files(plan->files) : std::move(ready);
  if (made && plan->authority) {
    made = grant_rights(*plan, {options.may_forget, options.results});
  }
  if (!made) {
    return tl::unexpected<Error>{made.error()};
  }
  return plan;
}

void tell(const KeyPlan& plan, std::ostream& out)
{
  out << "made the key of " << plan.caller << " in " << (plan.folder / "keys").string() << '\n'
      << "copy " << plan.public_key().string()
      << " to /etc/muster/callers.d on every node that is to believe it\n";
  if (!plan.authority) {
    out << "no authority is here, so this caller has no TLS certificate yet: run this on the machine that "
           "has it\n"
        << "(with --ca-dir), or name a certificate with CN=" << plan.caller << " in client.yaml\n";
    return;
  }
  out << "(nodes added from now on have it)\n"
      << "its rights are in " << plan.authority->folder.acl().string()
      << "; a running broker learns them from: "
      << "systemctl reload mosquitto\n";
  if (plan.new_client_settings) {
    out << "wrote " << (plan.folder / "client.yaml").string() << "; try: mco ping\n";
  }
}

std::string json_of(const KeyPlan& plan)
{
  const auto or_null = [](bool is_there, const std::filesystem::path& path) {
    return is_there ? boost::json::value(path.string()) : boost::json::value(nullptr);
  };
  auto object = setup_json("key generate");
  object["caller"] = plan.caller;
  object["public_key"] = plan.public_key().string();
  object["certificate"] = or_null(plan.authority.has_value(), plan.folder / "tls" / (plan.caller + ".pem"));
  object["acl"] = plan.authority ? boost::json::value(plan.authority->folder.acl().string()) : nullptr;
  object["client_settings"] = or_null(plan.new_client_settings, plan.folder / "client.yaml");
  object["files"] = paths_of(plan.files);
  return json_text(object);
}

}  // namespace

int key_generate(
    const KeyGenerateOptions& options,
    const client::Environment& environment,
    std::ostream& out,
    std::ostream& err)
{
  const auto plan = make_key(options, environment);
  if (!plan) {
    return fail_setup({out, err, options.json}, "key generate", plan.error());
  }
  if (options.json) {
    out << json_of(*plan);
  } else {
    tell(*plan, out);
  }
  return 0;
}

}  // namespace muster::cli
