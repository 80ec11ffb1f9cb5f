"""Within one look git is asked the same once; what the product itself writes is seen at once."""

from hotfix_tui.git.moment import asked_once
from hotfix_tui.git.process import Git
from hotfix_tui.git.refs import resolve
from hotfix_tui.git.tags import tags


def test_a_look_sees_one_moment_and_the_next_look_another(world):
    first = world.commit()
    git = Git(str(world.path))
    with asked_once():
        assert (resolve(git, "HEAD"), tags(git)) == (first, {})
        second = world.commit()
        world("tag", "v1.0.0")
        with asked_once():
            assert (resolve(git, "HEAD"), tags(git)) == (first, {})
    assert (resolve(git, "HEAD"), tags(git)) == (second, {"v1.0.0": second})
    with asked_once():
        assert (resolve(git, "HEAD"), tags(git)) == (second, {"v1.0.0": second})


def test_what_is_written_within_a_look_is_seen_in_it(world):
    first = world.commit()
    git = Git(str(world.path))
    with asked_once():
        assert tags(git) == {}
        git.run("tag", "v1.0.0", write=True)
        assert tags(git) == {"v1.0.0": first}


def test_what_a_remote_brings_within_a_look_is_seen_in_it(world, tmp_path):
    world.commit()
    other = world.clone(tmp_path / "other")
    git = Git(str(other.path))
    with asked_once():
        before = resolve(git, "refs/remotes/origin/main")
        new = world.commit()
        assert resolve(git, "refs/remotes/origin/main") == before
        git.run("fetch", "-q", "origin", network=True)
        assert resolve(git, "refs/remotes/origin/main") == new


def test_a_question_to_a_remote_changes_nothing_here(world, tmp_path):
    world.commit()
    other = world.clone(tmp_path / "other")
    git = Git(str(other.path))
    with asked_once():
        assert tags(git) == {}
        other("tag", "v1.0.0")
        git.run("ls-remote", "--", "origin", "refs/heads/*", network=True)
        assert tags(git) == {}
        git.run("push", "-q", "origin", "HEAD:refs/heads/else", network=True)
        assert list(tags(git)) == ["v1.0.0"]


def test_what_is_between_two_commits_is_asked_once_and_what_is_in_the_folder_each_time(world):
    first = world.commit()
    world.write("a.txt", "x")
    world("add", "-A")
    second = world.commit()
    called = []

    class Counted(Git):
        def _run(self, args, *rest):
            called.append(args)
            return super()._run(args, *rest)

    git = Counted(str(world.path))
    asked = (
        ("--literal-pathspecs", "log", "--format=%H", second, "--not", first),
        ("ls-tree", "-r", "--name-only", second),
        ("-c", "core.quotePath=true", "diff", "--name-only", first, second),
    )
    with asked_once():
        for question in asked * 2:
            git.text(*question)
        assert called == list(asked)
        odd = "f" * 40  # a file's name is no commit
        world.write(odd, "x")
        world("add", "-A")
        for said in ("changed", "changed again"):
            world.write("a.txt", said)
            world.write(odd, said)
            assert git.text("diff", second, "--", "a.txt").endswith(f"+{said}\n\\ No newline at end of file")
            assert git.text("diff", second, "--", odd).count(said) == 1


def test_the_files_of_a_worktree_are_looked_at_each_time(world):
    world.commit()
    git = Git(str(world.path))
    with asked_once():
        assert git.text("status", "--porcelain") == ""
        world.write("new.txt", "x")
        assert git.text("status", "--porcelain") == "?? new.txt"


def test_an_answer_that_is_no_error_there_is_one_here(world):
    world.commit()
    git = Git(str(world.path))
    with asked_once():
        assert git.text("config", "--get", "no.such", ok=(0, 1)) == ""
        try:
            git.text("config", "--get", "no.such")
        except Exception as error:
            assert "config" in str(error)
        else:
            raise AssertionError("it was taken for an answer")
