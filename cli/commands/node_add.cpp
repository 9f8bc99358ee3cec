// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/node_add.hpp"

#include <algorithm>
#include <chrono>
#include <ostream>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/authority_folder.hpp"
#include "cli/commands/setup_output.hpp"
#include "cli/new_files.hpp"
#include "cli/output/json_text.hpp"
#include "cli/send_folder.hpp"
#include "libmuster/model/node_name.hpp"
#include "libmuster/runtime/text_file.hpp"

namespace muster::cli {

namespace {

constexpr std::size_t max_public_key_bytes = std::size_t{16} << 10U;  // 64 keys of one caller
constexpr std::string_view installed_folder = "/etc/muster";

std::string settings_text(const std::string& name, const std::vector<std::string>& brokers)
{
  std::string text = "# " + std::string{installed_folder} +
                     "/checkagent.yaml, made by `mco node add`; paths start at this file's folder.\n"
                     "identity: " +
                     name +
                     "\n"
                     "brokers:\n";
  for (const auto& url : brokers) {
    text += "  - " + url + "\n";
  }
  return text +
         "tls:\n"
         "  ca: tls/ca.pem\n"
         "  certificate: tls/node.pem\n"
         "  key: tls/node.key\n"
         "trusted_callers: callers.d\n"
         "nrpe_config: /etc/nagios/nrpe.cfg\n";
}

// The callers that the authority knows, so that the node believes them from its first start.
Expected<std::vector<NewFile>> trusted_callers(
    const AuthorityFolder& folder, const std::filesystem::path& target)
{
  std::vector<NewFile> files;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator{folder.operators(), none}) {
    if (entry.path().extension() != ".pub") {
      continue;
    }
    auto text = runtime::read_text_file(entry.path(), max_public_key_bytes);
    if (!text) {
      return tl::unexpected<Error>{text.error()};
    }
    files.push_back({target / "callers.d" / entry.path().filename(), std::move(*text)});
  }
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return files;
}

Expected<std::vector<NewFile>> node_files(
    const Authority& authority, const std::string& name, const std::filesystem::path& target)
{
  const auto own =
      authority.certificates.issue({name, CertificateUse::member, {}, std::chrono::system_clock::now()});
  auto files = trusted_callers(authority.folder, target);
  if (!own || !files) {
    return tl::unexpected<Error>{own ? files.error() : own.error()};
  }
  files->push_back({target / "tls" / "node.key", own->key, Secrecy::secret});
  files->push_back({target / "tls" / "node.pem", own->certificate});
  files->push_back({target / "tls" / "ca.pem", authority.certificate_pem});
  files->push_back({target / "checkagent.yaml", settings_text(name, authority.broker_urls)});
  return files;
}

struct NodeFolder {
  std::filesystem::path path;
  std::vector<NewFile> files;

  // Whose keys the node will believe: none, as long as nobody has made one.
  [[nodiscard]] std::vector<std::string> callers() const
  {
    std::vector<std::string> names;
    for (const auto& file : files) {
      if (file.path.extension() == ".pub") {
        names.push_back(file.path.stem().string());
      }
    }
    return names;
  }
};

Expected<NodeFolder> make_node(const NodeAddOptions& options, const client::Environment& environment)
{
  if (!is_node_name(options.name)) {
    return failure(
        ErrorCode::invalid_input,
        "'" + options.name + "' is no node's name: a lower-case host name of letters, digits, '.' and '-'");
  }
  const auto root = options.ca_dir ? Expected<std::filesystem::path>{*options.ca_dir}
                                   : default_authority_folder(environment);
  const auto authority = root ? open_authority(*root) : tl::unexpected<Error>{root.error()};
  if (!authority) {
    return tl::unexpected<Error>{authority.error()};
  }
  const auto target =
      std::filesystem::absolute(options.out.value_or(authority->folder.nodes() / options.name));
  auto files = node_files(*authority, options.name, target);
  const auto made = files ? make_new_files(*files) : tl::unexpected<Error>{files.error()};
  if (!made) {
    return tl::unexpected<Error>{made.error()};
  }
  return NodeFolder{target, std::move(*files)};
}

void tell(const NodeFolder& node, const std::string& name, std::ostream& out)
{
  const auto folder = node.path.string();
  out << "made the files of " << name << " in " << folder << "\n"
      << "copy them to " << installed_folder << " on " << name << ", for instance so:\n"
      << "  tar -C " << folder << " -cf - . | ssh root@" << name << " '" << install_command() << "'\n";
  if (node.callers().empty()) {
    out << "no operator's key is known yet, so this node will believe nobody: after `mco key generate`, copy "
           "NAME.pub\n"
        << "into " << installed_folder << "/callers.d there\n";
  }
}

std::string json_of(const NodeFolder& node, const NodeAddOptions& options)
{
  const auto callers = node.callers();
  auto object = setup_json("node add");
  object["name"] = options.name;
  object["folder"] = node.path.string();
  object["installed_on"] = options.ssh ? boost::json::value(*options.ssh) : boost::json::value(nullptr);
  object["callers"] = boost::json::array(callers.begin(), callers.end());
  object["files"] = paths_of(node.files);
  return json_text(object);
}

void tell_installed(const NodeAddOptions& options, std::ostream& out)
{
  out << "installed the files of " << options.name << " on " << *options.ssh << " in " << installed_folder
      << "; start it there with: systemctl restart checkagent\n";
}

}  // namespace

int node_add(
    const NodeAddOptions& options,
    const client::Environment& environment,
    std::ostream& out,
    std::ostream& err)
{
  const SetupOutput output{out, err, options.json};
  const auto node = make_node(options, environment);
  if (!node) {
    return fail_setup(output, "node add", node.error());
  }
  const auto sent = options.ssh ? send_folder(node->path, *options.ssh) : Expected<void>{};
  if (!sent) {
    const int exit_status = fail_setup(output, "node add", sent.error());
    tell(*node, options.name, err);
    return exit_status;
  }
  if (options.json) {
    out << json_of(*node, options);
  } else if (options.ssh) {
    tell_installed(options, out);
  } else {
    tell(*node, options.name, out);
  }
  return 0;
}

}  // namespace muster::cli
