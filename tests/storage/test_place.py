"""Where a store may lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.storage import place
from app.storage.place import check_place
from models.errors import UserError

LOCAL = "/dev/sda1 / ext4 rw 0 0\n"


def test_a_plain_folder_is_made_and_accepted(tmp_path: Path) -> None:
    """GIVEN a folder that is not there yet WHEN checked THEN it is made, empty, and its free space known."""
    report = check_place(tmp_path / "调解工作台" / "数据", mounts=LOCAL)
    assert report.folder.is_dir()
    assert list(report.folder.iterdir()) == []
    assert report.free_bytes > 0


@pytest.mark.parametrize(
    "name",
    [
        "OneDrive",
        "OneDrive - 上溪镇",
        "Dropbox",
        "iCloudDrive",
        "坚果云",
        "我的坚果云",
        "Nutstore Files",
        "百度网盘",
        "BaiduNetdiskWorkspace",
        "BaiduSyncdisk",
        "WPS云盘",
        "Google Drive",
    ],
)
def test_synced_folders_are_refused(tmp_path: Path, name: str) -> None:
    """GIVEN a folder anywhere inside a synced one WHEN checked THEN it is refused with its name, and not made."""
    folder = tmp_path / name / "站点" / "数据"
    with pytest.raises(UserError, match="网盘") as refusal:
        check_place(folder, mounts=LOCAL)
    assert name in refusal.value.what
    assert not folder.exists()


def test_folders_that_only_sound_alike_are_accepted(tmp_path: Path) -> None:
    """GIVEN a name that merely holds such a word WHEN checked THEN it is accepted."""
    assert check_place(tmp_path / "网盘资料整理", mounts=LOCAL).folder.is_dir()


def test_onedrive_under_another_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN OneDrive's root renamed WHEN a folder in it is checked THEN the variable gives it away."""
    monkeypatch.setenv("OneDriveCommercial", str(tmp_path / "镇政府"))
    with pytest.raises(UserError, match="网盘"):
        check_place(tmp_path / "镇政府" / "数据", mounts=LOCAL)


def test_a_link_into_a_synced_folder_is_refused(tmp_path: Path) -> None:
    """GIVEN a harmless name that leads into a synced folder WHEN checked THEN it is refused."""
    (tmp_path / "Dropbox").mkdir()
    (tmp_path / "数据").symlink_to(tmp_path / "Dropbox")
    with pytest.raises(UserError, match="网盘"):
        check_place(tmp_path / "数据", mounts=LOCAL)


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "fuse.gvfsd-fuse", "davfs"])
def test_network_mounts_are_refused(tmp_path: Path, kind: str) -> None:
    """GIVEN a folder below a network mount, spaces in its name WHEN checked THEN it is refused."""
    share = tmp_path / "共享 盘"
    share.mkdir()
    mounts = LOCAL + f"server:/x {str(share).replace(' ', chr(92) + '040')} {kind} rw 0 0\n"
    with pytest.raises(UserError, match="网络共享盘"):
        check_place(share / "数据", mounts=mounts)
    assert check_place(tmp_path / "本机", mounts=mounts).folder.is_dir()


def test_the_innermost_mount_decides(tmp_path: Path) -> None:
    """GIVEN a local disk mounted inside a share, and one mounted over another WHEN checked THEN the top one counts."""
    inner = tmp_path / "share" / "local"
    mounts = f"{LOCAL}s:/x {tmp_path / 'share'} nfs rw 0 0\n/dev/sdb1 {inner} ext4 rw 0 0\n"
    assert check_place(inner / "数据", mounts=mounts).folder.is_dir()
    with pytest.raises(UserError, match="网络"):
        check_place(inner / "数据", mounts=mounts + f"s:/y {inner} nfs rw 0 0\n")


def test_this_machines_own_mounts_are_read(tmp_path: Path) -> None:
    """GIVEN no list of mounts WHEN checked THEN the machine's own is read and a temporary folder accepted."""
    assert check_place(tmp_path).folder == tmp_path


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    """GIVEN a file where the folder should be WHEN checked THEN it is refused and the file untouched."""
    (tmp_path / "数据").write_text("x")
    with pytest.raises(UserError, match="不能写入"):
        check_place(tmp_path / "数据", mounts=LOCAL)
    assert (tmp_path / "数据").read_text() == "x"


def test_little_space_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN less than 200 MB free WHEN checked THEN it is accepted with a warning."""
    assert place.LEAST_FREE == 200 * 1024 * 1024
    monkeypatch.setattr(place, "LEAST_FREE", 1 << 62)
    (warning,) = check_place(tmp_path, mounts=LOCAL).warnings
    assert "200 MB" in warning
