// SPDX-License-Identifier: Apache-2.0
#include "checkagent/builtin_facts.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "libmuster/model/filter.hpp"
#include "libmuster/runtime/text_file.hpp"
#include "tests/support/temporary_directory.hpp"

namespace muster::checkagent {

namespace {

constexpr const char* debian_release = R"X(PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION_CODENAME=bookworm
ID=debian
)X";

// A machine whose files are below a folder of ours.
class BuiltinFacts : public testing::Test {
protected:
  BuiltinFacts()
  {
    machine_.root = folder_.path();
    machine_.name = {"web1", "example.net"};
    machine_.kernel = "Linux";
    machine_.kernel_release = "6.1.0-18-amd64";
    machine_.hardware = "x86_64";
    machine_.timezone = "CET";
    machine_.interfaces = {
        {"lo", "", "127.0.0.1", "255.0.0.0", "::1"},
        {"eth0.100", "52:54:00:12:34:56", "10.0.0.5", "255.255.255.0", "fe80::1"},
        {"eth1", "52:54:00:12:34:57", "192.0.2.7", "255.255.255.0", ""}};
  }

  void write(const std::string& path, std::string_view text) const
  {
    const auto file = machine_.root / path;
    std::filesystem::create_directories(file.parent_path());
    ASSERT_TRUE(runtime::write_file_atomically(file, text, 0600));
  }

  [[nodiscard]] std::string fact(std::string_view path) const
  {
    const auto facts = builtin_facts(machine_);
    const auto* found = facts.find(path);
    return found == nullptr ? "(none)" : scalar_text(*found);
  }

  [[nodiscard]] Machine& machine() { return machine_; }

private:
  const test::TemporaryDirectory folder_;
  Machine machine_;
};

}  // namespace

TEST_F(BuiltinFacts, TakeTheKernelApart)
{
  EXPECT_EQ(fact("kernel"), "Linux");
  EXPECT_EQ(fact("kernelrelease"), "6.1.0-18-amd64");
  EXPECT_EQ(fact("kernelversion"), "6.1.0");
  EXPECT_EQ(fact("kernelmajversion"), "6.1");
  EXPECT_EQ(fact("timezone"), "CET");
}

TEST_F(BuiltinFacts, NameDebianAsFacterDoes)
{
  write("etc/os-release", debian_release);
  write("etc/debian_version", "12.5\n");
  EXPECT_EQ(fact("os.name"), "Debian");
  EXPECT_EQ(fact("os.family"), "Debian");
  EXPECT_EQ(fact("os.release.full"), "12.5");
  EXPECT_EQ(fact("os.release.major"), "12");
  EXPECT_EQ(fact("os.release.minor"), "5");
  EXPECT_EQ(fact("os.distro.codename"), "bookworm");
  EXPECT_EQ(fact("os.architecture"), "amd64");
  EXPECT_EQ(fact("osfamily"), "Debian");
  EXPECT_EQ(fact("operatingsystem"), "Debian");
  EXPECT_EQ(fact("operatingsystemrelease"), "12.5");
  EXPECT_EQ(fact("operatingsystemmajrelease"), "12");
  EXPECT_EQ(fact("architecture"), "amd64");
  EXPECT_EQ(fact("hardwaremodel"), "x86_64");
  EXPECT_EQ(fact("lsbdistcodename"), "bookworm");
}

TEST_F(BuiltinFacts, NameOtherDistributionsAsFacterDoes)
{
  write("usr/lib/os-release", "ID=rocky\nID_LIKE=\"rhel centos fedora\"\nVERSION_ID=\"9.3\"\n");
  EXPECT_EQ(fact("operatingsystem"), "Rocky");
  EXPECT_EQ(fact("osfamily"), "RedHat");
  EXPECT_EQ(fact("os.release.major"), "9");
  EXPECT_EQ(fact("architecture"), "x86_64");
  write("etc/os-release", "ID=ubuntu\nID_LIKE=debian\nVERSION_ID=\"22.04\"\n");
  EXPECT_EQ(fact("os.release.major"), "22.04");
  EXPECT_EQ(fact("os.release.minor"), "(none)");
  write("etc/os-release", "ID=newbuntu\nNAME=NewBuntu\nID_LIKE=\"ubuntu debian\"\n");
  EXPECT_EQ(fact("os.name"), "NewBuntu");
  EXPECT_EQ(fact("os.family"), "Debian");
}

TEST_F(BuiltinFacts, CountProcessors)
{
  write(
      "proc/cpuinfo",
      "processor\t: 0\nmodel name\t: Fast 3000\nphysical id\t: 0\n\n"
      "processor\t: 1\nmodel name\t: Fast 3000\nphysical id\t: 1\n");
  EXPECT_EQ(fact("processorcount"), "2");
  EXPECT_EQ(fact("processors.count"), "2");
  EXPECT_EQ(fact("processors.models.1"), "Fast 3000");
  EXPECT_EQ(fact("physicalprocessorcount"), "2");
}

TEST_F(BuiltinFacts, MeasureMemoryInFactersUnits)
{
  write(
      "proc/meminfo",
      "MemTotal:       16294032 kB\nMemFree: 1 kB\nMemAvailable:   8147016 kB\nSwapTotal: 0 kB\nSwapFree: 0 "
      "kB\n");
  EXPECT_EQ(fact("memorysize"), "15.54 GiB");
  EXPECT_EQ(fact("memorysize_mb"), "15912.14");
  EXPECT_EQ(fact("memory.system.total_bytes"), "16685088768");
  EXPECT_EQ(fact("memory.system.available_bytes"), "8342544384");
  EXPECT_EQ(fact("memory.system.used_bytes"), "8342544384");
  EXPECT_EQ(fact("memory.system.capacity"), "50.00%");
  EXPECT_EQ(fact("memory.swap.total_bytes"), "(none)");
}

TEST_F(BuiltinFacts, LeaveOutWhatTheKernelTellsInAnImpossibleWay)
{
  write("proc/meminfo", "MemTotal: 5 kB\nMemAvailable: 6 kB\n");
  write("proc/uptime", "soon\n");
  EXPECT_EQ(fact("memorysize"), "(none)");
  EXPECT_EQ(fact("uptime"), "(none)");
}

TEST_F(BuiltinFacts, TellWhatAMachineIsMadeOf)
{
  EXPECT_EQ(fact("virtual"), "physical");
  EXPECT_EQ(fact("is_virtual"), "false");
  write("proc/cpuinfo", "processor : 0\nflags : fpu hypervisor lahf\n");
  EXPECT_EQ(fact("virtual"), "kvm");
  write("sys/class/dmi/id/sys_vendor", "VMware, Inc.\n");
  write("sys/class/dmi/id/product_name", "VMware Virtual Platform\n");
  EXPECT_EQ(fact("virtual"), "vmware");
  EXPECT_EQ(fact("is_virtual"), "true");
  EXPECT_EQ(fact("dmi.product.name"), "VMware Virtual Platform");
  write("run/systemd/container", "lxc\n");
  EXPECT_EQ(fact("virtual"), "lxc");
}

TEST_F(BuiltinFacts, TellTheUptimeAsFacterDoes)
{
  write("proc/uptime", "456.78 900.12\n");
  EXPECT_EQ(fact("uptime"), "0:07 hours");
  EXPECT_EQ(fact("uptime_seconds"), "456");
  write("proc/uptime", "90000.00 1\n");
  EXPECT_EQ(fact("uptime"), "1 day");
  EXPECT_EQ(fact("system_uptime.hours"), "25");
  write("proc/uptime", "864000.5 1\n");
  EXPECT_EQ(fact("uptime"), "10 days");
  EXPECT_EQ(fact("uptime_days"), "10");
}

TEST_F(BuiltinFacts, ReadTheLoad)
{
  write("proc/loadavg", "0.52 1.00 2.25 1/234 5678\n");
  EXPECT_EQ(fact("load_averages.1m"), "0.52");
  EXPECT_EQ(fact("load_averages.15m"), "2.25");
}

TEST_F(BuiltinFacts, NameTheHostAndItsInterfaces)
{
  EXPECT_EQ(fact("fqdn"), "web1.example.net");
  EXPECT_EQ(fact("hostname"), "web1");
  EXPECT_EQ(fact("networking.domain"), "example.net");
  EXPECT_EQ(fact("interfaces"), "lo,eth0.100,eth1");
  EXPECT_EQ(fact("ipaddress_eth0_100"), "10.0.0.5");
  EXPECT_EQ(fact("networking.interfaces.eth0.100.mac"), "52:54:00:12:34:56");
}

TEST_F(BuiltinFacts, TakeThePrimaryInterfaceFromTheDefaultRouteOrElseTheFirstThatIsNoLoopback)
{
  EXPECT_EQ(fact("networking.primary"), "eth0.100");
  EXPECT_EQ(fact("ipaddress"), "10.0.0.5");
  write("proc/net/route", "Iface\tDestination\tGateway\nlo\t0000007F\t00000000\neth1\t00000000\t010200C0\n");
  EXPECT_EQ(fact("networking.primary"), "eth1");
  EXPECT_EQ(fact("ipaddress"), "192.0.2.7");
  EXPECT_EQ(fact("macaddress"), "52:54:00:12:34:57");
}

TEST_F(BuiltinFacts, AreNeverEmptyTextAndNeverInvalidUtf8)
{
  machine().interfaces.clear();
  machine().timezone.clear();
  write("sys/class/dmi/id/sys_vendor", "\xff\xfe\n");
  EXPECT_EQ(fact("timezone"), "(none)");
  EXPECT_EQ(fact("manufacturer"), "(none)");
  EXPECT_EQ(fact("ipaddress"), "(none)");
}

TEST(ThisMachine, RunsLinuxForTheFilterThatEveryoneTries)
{
  const auto facts = builtin_facts(this_machine());
  const auto filter = CompiledFilter::compile({{}, {}, {}, {{"kernel", FactOperator::equals, "linux"}}});
  ASSERT_TRUE(filter);
  EXPECT_TRUE(filter->matches({"any", facts, {}, {}}));
  EXPECT_NE(facts.find("processorcount"), nullptr);
  EXPECT_NE(facts.find("networking.interfaces.lo"), nullptr);
}

}  // namespace muster::checkagent
