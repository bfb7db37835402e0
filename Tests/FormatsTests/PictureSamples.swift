import Foundation
import Testing

/// A small picture file written by Pillow, and what Pillow's `convert("RGB")` makes of it.
struct PictureSample: CustomTestStringConvertible, Sendable {
  let name: String
  let width: Int
  let height: Int
  /// The CRC-32 of the red, green and blue bytes.
  let checksum: UInt32
  private let base64: String

  var bytes: [UInt8] {
    [UInt8](Data(base64Encoded: base64, options: .ignoreUnknownCharacters) ?? Data())
  }
  var testDescription: String { name }

  static let all: [PictureSample] = [
    PictureSample(
      name: "jpeg420", width: 17, height: 13, checksum: 0x58230459,
      base64: """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAYEBQYFBAYGBQYHBwYIChAKCgkJChQODwwQFxQYGBcUFhYaHSUfGhsjHBYWICwgIyYn
        KSopGR8tMC0oMCUoKSj/2wBDAQcHBwoIChMKChMoGhYaKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgo
        KCgoKCgoKCj/wAARCAANABEDASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUF
        BAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVW
        V1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi
        4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAEC
        AxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVm
        Z2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq
        8vP09fb3+Pn6/9oADAMBAAIRAxEAPwD1vwDqg/sZP92vMvi/qg3vXe+AYF/sZef4a8x+L8C735r0coqw9o9Dz83ws7w1PKv7UFFZ
        /kL60V6/tYHX9Vn3P//Z
        """),
    PictureSample(
      name: "jpeg422", width: 17, height: 13, checksum: 0xE9D14EE1,
      base64: """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAYEBQYFBAYGBQYHBwYIChAKCgkJChQODwwQFxQYGBcUFhYaHSUfGhsjHBYWICwgIyYn
        KSopGR8tMC0oMCUoKSj/2wBDAQcHBwoIChMKChMoGhYaKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgo
        KCgoKCgoKCj/wAARCAANABEDASEAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUF
        BAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVW
        V1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi
        4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAEC
        AxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVm
        Z2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq
        8vP09fb3+Pn6/9oADAMBAAIRAxEAPwD1vwDqg/sZP92vMvi/qg3vXrZRD94zxs3k7wPGf7UFFevyHXzM+o/AMC/2MvP8NeY/F+Bd
        78189lFV+0Z0ZvSjeB415C+tFex7VnX7KJ//2Q==
        """),
    PictureSample(
      name: "jpeg444", width: 17, height: 13, checksum: 0xB79E3A20,
      base64: """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAYEBQYFBAYGBQYHBwYIChAKCgkJChQODwwQFxQYGBcUFhYaHSUfGhsjHBYWICwgIyYn
        KSopGR8tMC0oMCUoKSj/2wBDAQcHBwoIChMKChMoGhYaKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgo
        KCgoKCgoKCj/wAARCAANABEDAREAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUF
        BAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVW
        V1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi
        4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAEC
        AxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVm
        Z2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq
        8vP09fb3+Pn6/9oADAMBAAIRAxEAPwD1vwDqg/sZP92hQ98irJ+zPMvi/qg3vX1eDh+7PkpSftzxn+1BVch9FzM+o/AMC/2MvP8A
        DXxCqvnPfq0o+zPMfi/Au9+a+rwdV8h8jKlH25415C+tX7Vn0Xson//Z
        """),
    PictureSample(
      name: "jpegProgressive", width: 17, height: 13, checksum: 0x58230459,
      base64: """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAYEBQYFBAYGBQYHBwYIChAKCgkJChQODwwQFxQYGBcUFhYaHSUfGhsjHBYWICwgIyYn
        KSopGR8tMC0oMCUoKSj/2wBDAQcHBwoIChMKChMoGhYaKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgo
        KCgoKCgoKCj/wgARCAANABEDASIAAhEBAxEB/8QAFwABAQEBAAAAAAAAAAAAAAAABgAEBf/EABUBAQEAAAAAAAAAAAAAAAAAAAQD
        /9oADAMBAAIQAxAAAAFaZ7xhBytnmV//xAAbEAABBQEBAAAAAAAAAAAAAAAAAQMEBSMRE//aAAgBAQABBQKA7jbunqQExt0OH//E
        ABkRAAIDAQAAAAAAAAAAAAAAAAABAwQTIf/aAAgBAwEBPwG3E+GTP//EABgRAAMBAQAAAAAAAAAAAAAAAAABEgIE/9oACAECAQE/
        AeTSopH/xAAUEAEAAAAAAAAAAAAAAAAAAAAg/9oACAEBAAY/Al//xAAZEAACAwEAAAAAAAAAAAAAAAAAAREhcRD/2gAIAQEAAT8h
        qYXPhcMFyyJ//9oADAMBAAIAAwAAABC4H//EABcRAQADAAAAAAAAAAAAAAAAAAARIWH/2gAIAQMBAT8Qm3av/8QAFhEAAwAAAAAA
        AAAAAAAAAAAAEBEh/9oACAECAQE/EH0H/8QAGBABAAMBAAAAAAAAAAAAAAAAAAERMWH/2gAIAQEAAT8QgaJ0ao3bs//Z
        """),
    PictureSample(
      name: "jpegGray", width: 17, height: 13, checksum: 0x2B74AFA3,
      base64: """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAYEBQYFBAYGBQYHBwYIChAKCgkJChQODwwQFxQYGBcUFhYaHSUfGhsjHBYWICwgIyYn
        KSopGR8tMC0oMCUoKSj/wAALCAANABEBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUF
        BAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVW
        V1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi
        4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/APW/AOqD+xk/3a8y+L+qDe9eM/2oK+o/AMC/2MvP8NeY/F+Bd781415C+tf/2Q==
        """),
    PictureSample(
      name: "jpegCMYK", width: 11, height: 9, checksum: 0x1F260CF7,
      base64: """
        /9j/7gAOQWRvYmUAZAAAAAAA/9sAQwADAgIDAgIDAwMDBAMDBAUIBQUEBAUKBwcGCAwKDAwLCgsLDQ4SEA0OEQ4LCxAWEBETFBUV
        FQwPFxgWFBgSFBUU/8AAFAgACQALBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIB
        AwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZH
        SElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV
        1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkASwAAPwD5P+MvgKP/AIWk3z/8tv618hftC+EJf+Eom4P3z/Ovkb9o
        Pw/L/a0/B+8a+Ufj1pL/AG2fg9TX2L8P/Acf/CGaT84/1I/maZ4f8IS/2NacH7n9a8itfD8v2dOD0r5+bSJNx4718sfGb/kqTf8A
        Xb+teg/tC/8AI0zf75r6R/aD/wCQtP8A7xr6m+PP/H7P9TX2N8Pv+RL0n/riP5mo/D//ACBrT/c/rXkNr/x7pXgB6n61/9k=
        """),
    PictureSample(
      name: "pngRGB", width: 17, height: 13, checksum: 0xE255C706,
      base64: """
        iVBORw0KGgoAAAANSUhEUgAAABEAAAANCAIAAADAGxJNAAABaUlEQVR4nFXJzYoUQRBF4cioyKIqYVQcZNwIPnQ/nzALGfGnFQaq
        KjPujXDRM20L3+qccjqdPn+8//Rw//Dh/d27t9ru9rqes349yuNzfDn3xx/b07fn309/+tPZvv96c/5pjIyUSGEmUyQzMpkZWZi3
        K5lZMiPTOuMFckZMjK4xMm96DGRHdiYZnWG788qc6jyEW3L3sntc+ubcnd1pztlp28DVNDBV7MktsY2yjbi9fcAG6oAdA0fHMdCH
        zwNqOMJ7yjG0d17XBTuODmN3DGd3dEd3NWcaUtAVg7xZ6C7D0d2Kexle/EZaSSmuZfC//soqfIZX+AzMcIVTbM4yo8yM+m8hAYPP
        cFsDF0v4EpgCElizrKFL8PX6Hl7CLbAGrAlaQRM0YRNMwlK4pzaJJtEETbAKm3ASmrAJbdVYNFaNVblqqFKUa5kWLZdycWiohimX
        iVYtX9SsNdSSljWjmt72WiMszLJa/gULm71YRGmDzAAAAABJRU5ErkJggg==
        """),
    PictureSample(
      name: "pngRGBA", width: 5, height: 6, checksum: 0x49F975A6,
      base64: """
        iVBORw0KGgoAAAANSUhEUgAAAAUAAAAGCAYAAAAL+1RLAAAAWklEQVR4nE3DQQ6DMAwEQFOs3AoREaKXSn103gqJ4/Vyqxhpplpr
        /X1K/h4lH/u2vvO6vBBkUCQoAlJAEe0I/juZPKjXQDzrQOhpjufZHNrM0bqjmaPbQDLHDebYWz44IognAAAAAElFTkSuQmCC
        """),
    PictureSample(
      name: "pngGray", width: 17, height: 13, checksum: 0x76A222C0,
      base64: """
        iVBORw0KGgoAAAANSUhEUgAAABEAAAANCAAAAABqEtrGAAAAhklEQVR4nD2OOwoCURAEd3o6MDMSxHN7SRENRJD5GzzXiqqDgpbr
        5Xw6HuDv5/12uz9eH/TMzPT0zEx3DzMzgpKZGRGZSXd3VwnfoZmZQcJ2aObukHAzd3c3xl7FL2RVVZVk5bJid8+0zGzrx1AgIthE
        NllQVQFIQRUAAKqSVPSShZJE//cXuNSHJKf1NWYAAAAASUVORK5CYII=
        """),
    PictureSample(
      name: "pngGrayAlpha", width: 17, height: 13, checksum: 0x76A222C0,
      base64: """
        iVBORw0KGgoAAAANSUhEUgAAABEAAAANCAQAAADlcE2RAAAApElEQVR4nGXQwUrEMBAG4G+SOXjzJIjP7Usuix5EkDZt4qGtXXf5
        SMg/CRmSeB9vXr149qSYfft0dXFx9eHLj9KNP30fR+q6IReLRdOksDhz29c5O1ShmR/k5FCEZnqQk2k/XfZbzspsNsn20KjdtcvV
        KSxWi/WfPJ42dGEYuP2IIUMRQigIsc+nrKqqKIqwKjd5k1WVUqqKLp2V3ba5haLfb0u/JGKII5sdM/IAAAAASUVORK5CYII=
        """),
    PictureSample(
      name: "pngPalette", width: 17, height: 13, checksum: 0x7E286AC3,
      base64: """
        iVBORw0KGgoAAAANSUhEUgAAABEAAAANBAMAAAC9V5gpAAAAFVBMVEXg5N/axr+m1+eKuM6Zl5s5j8cvT48WTaXtAAAABHRSTlP/
        //8AQCqp9AAAAEdJREFUeJxdzLENgEAMQ9GXlFQZATEBYgbGp2AERrgNoDnECRfWty059qNZYospBQrpVXYvOaS1xLcKkmDuXbk6
        3cPLn04aPLbsBrGW1BIJAAAAAElFTkSuQmCC
        """),
    PictureSample(
      name: "pngBilevel", width: 17, height: 13, checksum: 0xD6A9EDE9,
      base64: """
        iVBORw0KGgoAAAANSUhEUgAAABEAAAANAQAAAABnAri3AAAAP0lEQVR4nAE0AMv/AL/qAAD/2QAEYAsAALvpAAS0+QAETxQAAp0C
        AAC/aQAAVtAAAmnaAABW1AACaf0ABK7/AK15ECTX2nMBAAAAAElFTkSuQmCC
        """),
    PictureSample(
      name: "png16", width: 3, height: 4, checksum: 0xD3259395,
      base64: """
        iVBORw0KGgoAAAANSUhEUgAAAAMAAAAEEAIAAACU384TAAAAV0lEQVR42gFMALP/APHloAavJuWvlArGk9VqOacONwBM10j636Hp
        oQFZf/LSPCGmzAwAHnx3ytEDTZNXc0dGuC9BP/2OAHHwemeBKpUhjbKCa/7ZzsPK64k3JexfqCBhAAAAAElFTkSuQmCC
        """),
    PictureSample(
      name: "pngInterlaced", width: 10, height: 9, checksum: 0xDF30B771,
      base64: """
        iVBORw0KGgoAAAANSUhEUgAAAAoAAAAJCAIAAAHzwxrSAAABKElEQVR42gXBW0+CYBgA4PcHd9i8cavm5lZe0EFNa+amNZzDZZY5
        aKYt8lAeCBVQA1FSiUEq35REbnseCIfDJeSAa8d905DBNmTolmlwH2KiyCe/EXCVAnJWQJGPvGFANh5nuS5g/mCdzs9VSftD+ZkN
        W27vLZFimUZNVq54Dcg7whA/HcsYbjb4xIZ0KqkITYQ0wVpHRhZEYnGmXpFVhdbNI34BJ4GLt+Jzu98jB+re+xRCvuNaLttnmWJn
        4H2RIHgeyqWJdrmgfTGWLtsrfbFZSrZNm871eA1e7AxP4HSB6rVqU6X/8zsdonnDXD1oll9cwq7HF7iMZu4z1fIrx7eE4aA5UfNj
        IybNPIwO266DUyyQxhOlJ7L1Ue1wnXpPorpKlB3v06N/7+bN/eGa/fUAAAAASUVORK5CYII=
        """),
  ]

  static func named(_ name: String) -> [UInt8] {
    all.first { $0.name == name }?.bytes ?? []
  }
}
