// SPDX-License-Identifier: Apache-2.0
#include "libmuster/runtime/process_launcher.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <fcntl.h>
#include <memory>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_THREAD__)
// ThreadSanitizer takes clone() for a fork() and stops watching; the same function under its other name it
// lets be.
extern "C" int __clone(int (*)(void*), void*, int, void*, ...);  // NOLINT
#define clone __clone                                            // NOLINT
#endif

namespace muster::runtime {
namespace {

constexpr std::size_t child_stack_bytes = std::size_t{64} * 1024;  // it calls nothing but the kernel
constexpr int signals_of_linux = 64;
constexpr std::size_t kernel_signal_set_bytes = 8;

// All that the child needs, made before it exists: it shares our memory, so it may not allocate. What went
// wrong in it comes back the same way.
struct ChildPlan {
  char* const* arguments = nullptr;
  char* const* environment = nullptr;
  const RunAs* run_as = nullptr;
  const char* folder = "/";
  int input = -1;
  int output = -1;
  int errors = -1;
  pid_t parent = 0;
  bool dies_with_parent = true;
  LaunchFailure failure;
};

// Straight to the kernel: glibc's sigaction() would leave out its own two signals, and sanitizers would note
// the change in the memory of the parent.
bool reset_signal_actions()
{
  std::array<unsigned long, 4> default_action{};  // struct kernel_sigaction of SIG_DFL
  for (int number = 1; number <= signals_of_linux; ++number) {
    if (number != SIGKILL && number != SIGSTOP) {
      ::syscall(SYS_rt_sigaction, number, default_action.data(), nullptr, kernel_signal_set_bytes);
    }
  }
  return true;
}

bool unblock_signals()
{
  const unsigned long none = 0;
  return ::syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, nullptr, kernel_signal_set_bytes) == 0;
}

bool connect_stdio(const ChildPlan& plan)
{
  return ::dup2(plan.input, STDIN_FILENO) >= 0 && ::dup2(plan.output, STDOUT_FILENO) >= 0 &&
         ::dup2(plan.errors, STDERR_FILENO) >= 0;
}

// Descriptors of libraries that did not ask for close-on-exec must not reach a plugin either.
bool close_the_rest()
{
  constexpr unsigned first = STDERR_FILENO + 1;
  if (::syscall(SYS_close_range, first, ~0U, 0U) == 0) {
    return true;
  }
  constexpr rlim_t most = 1'048'576;  // an unlimited limit would take minutes
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const auto end = static_cast<int>(std::min(limit.rlim_cur, most));
  for (int descriptor = static_cast<int>(first); descriptor < end; ++descriptor) {
    ::syscall(SYS_close, descriptor);
  }
  return true;
}

// Straight to the kernel: glibc's functions change all threads of the program, which here are the parent's.
bool set_groups(const RunAs* run_as)
{
  return run_as == nullptr || ::syscall(SYS_setgroups, run_as->groups.size(), run_as->groups.data()) == 0;
}

bool set_group(const RunAs* run_as)
{
  return run_as == nullptr || ::syscall(SYS_setresgid, run_as->group, run_as->group, run_as->group) == 0;
}

bool set_user(const RunAs* run_as)
{
  return run_as == nullptr || ::syscall(SYS_setresuid, run_as->user, run_as->user, run_as->user) == 0;
}

// After the change of user, which clears it.
bool die_with(pid_t parent)
{
  return ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && ::getppid() == parent;
}

bool enter_folder(const char* folder)
{
  ::umask(S_IWGRP | S_IWOTH);
  return ::chdir(folder) == 0;
}

const char* failed_step(const ChildPlan& plan)
{
  if (::setpgid(0, 0) != 0) {
    return "setpgid";
  }
  if (!connect_stdio(plan)) {
    return "dup2";
  }
  if (!close_the_rest()) {
    return "close_range";
  }
  if (!enter_folder(plan.folder)) {
    return "chdir";
  }
  if (!set_groups(plan.run_as)) {
    return "setgroups";
  }
  if (!set_group(plan.run_as)) {
    return "setresgid";
  }
  if (!set_user(plan.run_as)) {
    return "setresuid";
  }
  if (plan.dies_with_parent && !die_with(plan.parent)) {
    return "prctl";
  }
  reset_signal_actions();
  if (!unblock_signals()) {
    return "sigprocmask";
  }
  ::execve(plan.arguments[0], plan.arguments, plan.environment);
  return "execve";
}

int child_main(void* plan_address)
{
  auto& plan = *static_cast<ChildPlan*>(plan_address);
  const auto* step = failed_step(plan);
  plan.failure = {step, errno};
  constexpr int not_started = 127;
  ::_exit(not_started);
}

// Pointers to the texts, with a null at the end, as execve() wants them.
std::vector<char*> pointers_to(std::vector<std::string>& texts)
{
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (auto& text : texts) {
    pointers.push_back(text.data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

// No handler of the parent may run in the child while both share one memory.
class AllSignalsBlocked {
public:
  AllSignalsBlocked()
  {
    sigset_t all{};
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }

  AllSignalsBlocked(const AllSignalsBlocked&) = delete;
  AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;
  AllSignalsBlocked(AllSignalsBlocked&&) = delete;
  AllSignalsBlocked& operator=(AllSignalsBlocked&&) = delete;

  ~AllSignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
  sigset_t before_{};
};

tl::expected<LaunchedProcess, LaunchFailure> clone_child(ChildPlan& plan)
{
  // NOLINTNEXTLINE(modernize-avoid-c-arrays): uninitialised on purpose, it is a stack
  const std::unique_ptr<std::byte[]> stack{new std::byte[child_stack_bytes]};
  int pid_fd = -1;
  pid_t pid = -1;
  int error_number = 0;
  {
    const AllSignalsBlocked blocked;
    pid = ::clone(
        child_main,
        stack.get() + child_stack_bytes,
        CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD,
        &plan,
        &pid_fd);
    error_number = errno;
  }
  if (pid < 0) {
    return tl::make_unexpected(LaunchFailure{"clone", error_number});
  }
  LaunchedProcess process{pid, FileDescriptor{pid_fd}};
  if (plan.failure.error_number != 0) {
    ::waitpid(pid, nullptr, 0);
    return tl::make_unexpected(plan.failure);
  }
  return process;
}

}  // namespace

tl::expected<LaunchedProcess, LaunchFailure> launch(const Launch& launch)
{
  const FileDescriptor nothing{launch.input >= 0 ? -1 : ::open("/dev/null", O_RDONLY | O_CLOEXEC)};
  if (launch.input < 0 && !nothing.valid()) {
    return tl::make_unexpected(LaunchFailure{"open /dev/null", errno});
  }
  auto words = launch.words;
  std::vector<std::string> variables;
  variables.reserve(launch.environment.size());
  for (const auto& [name, value] : launch.environment) {
    variables.push_back(name);
    variables.back().append("=").append(value);
  }
  const auto arguments = pointers_to(words);
  const auto environment = pointers_to(variables);

  ChildPlan plan;
  plan.arguments = arguments.data();
  plan.environment = environment.data();
  plan.run_as = launch.run_as ? &*launch.run_as : nullptr;
  plan.folder = launch.folder.c_str();
  plan.input = launch.input >= 0 ? launch.input : nothing.get();
  plan.output = launch.output;
  plan.errors = launch.errors;
  plan.parent = ::getpid();
  plan.dies_with_parent = launch.dies_with_parent;
  return clone_child(plan);
}

}  // namespace muster::runtime
